namespace Matchbox.Tftp.Transfers;

internal enum TransferResult
{
    Completed,

    /// <summary>The client wanted to know the size only (EDK2: ERROR 8 after the OACK).</summary>
    SizeAsked,
    Failed,
}

/// <summary>How a transfer ended; the reason is for people and may hold the client's own words.</summary>
internal readonly record struct TransferOutcome(TransferResult Result, string Reason = "")
{
    public static TransferOutcome Completed => default;

    public static TransferOutcome Failed(string reason) => new(TransferResult.Failed, reason);
}
