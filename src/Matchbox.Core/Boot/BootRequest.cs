using Matchbox.Core.Catalogs;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>A request of the boot listener, or of GRUB by TFTP.</summary>
public sealed record BootRequest
{
    public required BootStage Stage { get; init; }

    /// <summary>The query's labels, without <c>nonce</c> and <c>token</c>.</summary>
    public required Labels Labels { get; init; }

    /// <summary>The query as it was sent, without its question mark; for templates.</summary>
    public string RawQuery { get; init; } = "";

    /// <summary>The newest spec that the machine's Ignition reads, as it says; null: it says none.</summary>
    public string? IgnitionSpec { get; init; }

    /// <summary>Where it came from; 0.0.0.0 for what is no IPv4 client.</summary>
    public required IPv4Address Source { get; init; }

    /// <summary>The boot's nonce, as the request carries it.</summary>
    public string? Nonce { get; init; }

    /// <summary>The attempt's token, as the request carries it.</summary>
    public string? Token { get; init; }

    /// <summary>What of the config is asked for, as its path is: <c>ignition</c>, <c>generic.sig</c>.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The connection is encrypted: a protected config goes no other way.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Only the headers are asked for: it counts as nothing.</summary>
    public bool IsHead { get; init; }

    /// <summary>Scheme and authority that the client used, without a slash at the end: the start of every URL we hand out.</summary>
    public required string BaseUrl { get; init; }
}

/// <summary>What a loader is told, before it is written in its language.</summary>
public abstract record ScriptAnswer
{
    private ScriptAnswer()
    {
    }

    /// <summary>Kernel, initrds and arguments; those of an install carry its token.</summary>
    public sealed record Boot(BootOffer Offer, IReadOnlyList<string> Args) : ScriptAnswer;

    public sealed record Local(LocalBoot Method, string Reason) : ScriptAnswer;

    /// <summary>Show who asks and why it does not boot, ask again a few times, then the local disk.</summary>
    public sealed record Wait(string Machine, string Reason, LocalBoot Then) : ScriptAnswer;

    /// <summary>Show the reason and ask again until a person frees the machine.</summary>
    public sealed record Hold(string Machine, string Reason) : ScriptAnswer;

    /// <summary>Nobody was named and nothing is served.</summary>
    public sealed record NotFound(string Reason) : ScriptAnswer;
}

/// <summary>The answer to a request for a config.</summary>
public abstract record ConfigAnswer
{
    private ConfigAnswer()
    {
    }

    /// <summary>The config; <paramref name="Report"/> is what the machine needs to report its installation, for an install only.</summary>
    public sealed record Config(ReadOnlyMemory<byte> Bytes, ReportAddress? Report) : ConfigAnswer;

    public sealed record NotFound(string Reason) : ConfigAnswer;

    /// <summary>It is protected, and this request gets nothing of it.</summary>
    public sealed record Denied(string Reason) : ConfigAnswer;

    /// <summary>It is protected: the same request over TLS gets it.</summary>
    public sealed record OverTls : ConfigAnswer;

    /// <summary>There is one, and it cannot be made for this machine: where and why.</summary>
    public sealed record Broken(string Reason) : ConfigAnswer;
}

/// <summary>Where and with which token an installer reports.</summary>
public sealed record ReportAddress(string Url, string Token, HardwareAddress Mac);

/// <summary>What a machine says of itself by <c>POST /report</c>.</summary>
public sealed record MachineReport(HardwareAddress Mac, Machines.MachineUuid? Uuid, ReportStep Step, string Text, string? Token)
{
    /// <summary>The boot that it says it belongs to; null: it does not say.</summary>
    public string? Nonce { get; init; }

    /// <summary>What the machine is made of; for <see cref="ReportStep.Inventory"/> alone.</summary>
    public Machines.Inventory.MachineInventory? Inventory { get; init; }
}

public enum ReportStep
{
    Booted,
    Installed,
    Failed,
    Progress,

    /// <summary>The machine has its protected config: nobody gets it from now on.</summary>
    Fetched,

    /// <summary>A live boot says what the machine is made of.</summary>
    Inventory,
}

/// <summary>How a report was taken.</summary>
public enum ReportOutcome
{
    Accepted,

    /// <summary>An event was written, nothing changed: no or a wrong token, or another machine's address.</summary>
    Unverified,

    /// <summary>No machine has that MAC.</summary>
    UnknownMachine,
}
