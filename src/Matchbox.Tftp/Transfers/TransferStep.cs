namespace Matchbox.Tftp.Transfers;

internal enum TransferAction
{
    /// <summary>Nothing to send; silence is the right answer.</summary>
    Wait,
    SendOptionAck,

    /// <summary>Send <see cref="TransferStep.Count"/> blocks from <see cref="TransferStep.First"/>.</summary>
    SendData,

    /// <summary>The client has it all.</summary>
    Finish,

    /// <summary>The client was silent too long.</summary>
    GiveUp,
}

/// <summary>What to do now. A value without references: one is made for every packet.</summary>
internal readonly record struct TransferStep(TransferAction Action, long First = 0, int Count = 0)
{
    public static TransferStep Wait => default;
}
