using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Matchbox.Protocols;
using Matchbox.Protocols.Tftp;

namespace Matchbox.Tftp;

/// <summary>A folder and the names that lead into it: prefix <c>assets/</c> maps <c>assets/a/b</c> to <c>Folder/a/b</c>; an empty prefix takes the rest.</summary>
public sealed record TftpRoot(string Prefix, string Folder);

/// <summary>How the TFTP service listens and what it grants. Immutable.</summary>
public sealed record TftpSettings
{
    /// <summary>Addresses to listen on; 0.0.0.0 hears every interface, those that appear later too. Answers leave from the address that was asked.</summary>
    public ImmutableArray<IPv4Address> Listen { get; init; } = [IPv4Address.Any];

    /// <summary>Interfaces by name whose requests are answered; they may appear later. Empty: all.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>0 takes a free port (tests).</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 69;

    /// <summary>Source networks that are answered; empty: all. Others get silence.</summary>
    public ImmutableArray<IPv4Network> AllowedNetworks { get; init; } = [];

    /// <summary>The folders served, the longest matching prefix first.</summary>
    public ImmutableArray<TftpRoot> Roots { get; init; } = [];

    /// <summary>Transfers served at once. A request beyond this is left unanswered; firmware retries it.</summary>
    [Range(1, 65536)]
    public int MaxTransfers { get; init; } = 1024;

    /// <summary>Transfers served at once to one address.</summary>
    [Range(1, 65536)]
    public int MaxTransfersPerSource { get; init; } = 16;

    /// <summary>
    /// The largest block granted. Null: <see cref="EthernetBlockSize"/>, or less where the path has a smaller MTU (RFC 2348 asks
    /// for no IP fragments). A number is granted whatever the path: for jumbo frames, or where fragments are welcome.
    /// </summary>
    [Range(TftpOptions.DefaultBlockSize, TftpOptions.MaxBlockSize)]
    public int? MaxBlockSize { get; init; }

    /// <summary>What fits an Ethernet frame of 1500 octets beside the headers of IP, UDP and TFTP.</summary>
    public const int EthernetBlockSize = 1468;

    /// <summary>The largest window granted (RFC 7440).</summary>
    [Range(1, 64)]
    public int MaxWindow { get; init; } = 64;

    /// <summary>The first wait for an answer, before a round trip was measured.</summary>
    public TimeSpan FirstRetransmission { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The shortest wait, however short the round trip: clients pause to write their flash.</summary>
    public TimeSpan ShortestRetransmission { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Where the doubling of the wait ends.</summary>
    public TimeSpan LongestRetransmission { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a client that has answered before may stay silent.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long running transfers may go on when the service stops.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Threads that move data; 0: one for two processors, four at most, which leaves the kernel's half of each transfer a processor of its own.</summary>
    [Range(0, 64)]
    public int Threads { get; init; }

    internal int EffectiveThreads => Threads > 0 ? Threads : Math.Clamp(Environment.ProcessorCount / 2, 1, 4);
}
