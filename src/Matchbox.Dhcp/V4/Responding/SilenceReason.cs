namespace Matchbox.Dhcp.V4.Responding;

/// <summary>Why a message gets no answer. Each is a label of the metric <c>matchbox.dhcp.silences</c>.</summary>
public enum SilenceReason
{
    /// <summary>It is no DHCP message.</summary>
    Unreadable,

    /// <summary>A server's message, or a type that is no question to us.</summary>
    NotAQuestion,

    /// <summary>Fields that its type requires are missing or contradict each other (RFC 2131 table 5).</summary>
    Malformed,

    /// <summary>No hardware address of a machine: empty without a client identifier, a group address, zero.</summary>
    NoIdentity,

    /// <summary>Nobody told us of the network that it comes from.</summary>
    UnknownNetwork,

    /// <summary>The relay is none that this network names.</summary>
    UnknownRelay,

    /// <summary>The network's mode is Off.</summary>
    NetworkOff,

    /// <summary>We are still looking whether somebody else serves the network, or somebody does.</summary>
    NetworkNotOpened,

    /// <summary>The interface has no address yet.</summary>
    NoServerAddress,

    /// <summary>It names another server.</summary>
    OtherServer,

    /// <summary>Every address that this client may have is taken.</summary>
    PoolExhausted,

    /// <summary>A refusal that must not be said, since another server may know better (RFC 2131 §4.3.2).</summary>
    NoRecord,

    /// <summary>Beside another server: an ordinary client, or a message that is not for a boot server.</summary>
    NotForProxy,

    /// <summary>Beside another server: there is nothing that this machine should boot.</summary>
    NothingToBoot,

    /// <summary>A RELEASE or DECLINE: it has no answer (RFC 2131 §4.3.3, §4.3.4).</summary>
    NoAnswerDue,

    /// <summary>A RELEASE or DECLINE of an address that the client does not have from us.</summary>
    NotTheirs,

    /// <summary>The source is outside the network: an answer would go to somebody who did not ask.</summary>
    ForeignSource,

    /// <summary>It waited so long that its sender has asked again.</summary>
    TooLate,

    /// <summary>The lease could not be stored, so it is not given.</summary>
    NotStored,

    /// <summary>What has to be said does not fit a packet that this client takes.</summary>
    DoesNotFit,
}
