using Matchbox.Protocols.Tftp;

namespace Matchbox.Tftp.Transfers;

/// <summary>What client and server agreed on for one read (RFC 2347).</summary>
internal readonly record struct Negotiation
{
    public int BlockSize { get; private init; }

    public int WindowSize { get; private init; }

    /// <summary>RFC 2349: the client's own wish, which replaces our timer.</summary>
    public TimeSpan? Timeout { get; private init; }

    /// <summary>What the OACK says; empty: no OACK, the transfer starts with DATA 1.</summary>
    public TftpOptions Accepted { get; private init; }

    /// <summary>
    /// Grants what was asked up to our limits and the path (20 octets of IP, 8 of UDP and 4 of TFTP must fit). The size of a
    /// netascii transfer is not that of the file (RFC 2349 has octets in mind), so tsize is left out there; of an empty file
    /// too, as curl takes a size of 0 for a fault.
    /// </summary>
    public static Negotiation For(TftpRequest request, long length, int pathMtu, TftpSettings settings)
    {
        var asked = request.Options;
        var largest = settings.MaxBlockSize ?? Math.Max(TftpOptions.MinBlockSize, Math.Min(TftpSettings.EthernetBlockSize, pathMtu - 32));
        var accepted = new TftpOptions
        {
            BlockSize = asked.BlockSize is { } block ? Math.Min(block, largest) : null,
            WindowSize = asked.WindowSize is { } window ? Math.Min(window, settings.MaxWindow) : null,
            TransferSize = asked.TransferSize is not null && request.Mode == TftpMode.Octet && length > 0 ? length : null,
            Timeout = asked.Timeout,
        };
        return new Negotiation
        {
            BlockSize = accepted.BlockSize ?? TftpOptions.DefaultBlockSize,
            WindowSize = accepted.WindowSize ?? 1,
            Timeout = accepted.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Accepted = accepted,
        };
    }
}
