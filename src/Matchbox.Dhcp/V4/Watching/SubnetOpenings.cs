using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Watching;

/// <summary>Whether an authoritative network may be answered, and why not.</summary>
public enum OpeningState
{
    /// <summary>Its interface has not come yet, or we are listening.</summary>
    Waiting,
    Open,

    /// <summary>Somebody else serves it.</summary>
    Refused,
}

/// <summary>How the opening of one network stands.</summary>
/// <param name="Subnet">The network.</param>
/// <param name="State">How it stands.</param>
/// <param name="Server">Who serves it, where it was refused.</param>
/// <param name="Hardware">That server's MAC.</param>
public sealed record SubnetOpening(Subnet Subnet, OpeningState State, IPv4Address Server = default, HardwareAddress Hardware = default);

/// <summary>
/// Never become a second DHCP server by accident: before a network is answered for the first time, ask by DISCOVER who serves it
/// and listen. A verdict "nobody" is remembered for ever; "somebody" until the settings change or the process starts again.
/// Reading is lock-free; the rest is for the loop that looks after the interfaces.
/// </summary>
internal sealed class SubnetOpenings(ISubnetVerdicts verdicts, LinkWatch watch, IOpeningNotices notices, TimeSpan listenTime, TimeProvider time)
    : ISubnetOpenings
{
    private const int Attempts = 3;

    private readonly ConcurrentDictionary<IPv4Network, SubnetOpening> _openings = new();
    private readonly ConcurrentDictionary<string, Search> _searches = new(StringComparer.Ordinal);

    public ImmutableArray<SubnetOpening> All => [.. _openings.Values];

    /// <summary>A network behind relays has no link of ours to listen on: who names its relays has said that it is ours.</summary>
    public bool IsOpen(Subnet subnet) => subnet.Interface is null
        || (_openings.TryGetValue(subnet.Network, out var opening) && opening.State == OpeningState.Open);

    /// <summary>Opens what may be opened at once; gives the networks that have to be searched first.</summary>
    public IReadOnlyList<Subnet> Follow(SubnetTable table)
    {
        var toSearch = new List<Subnet>();
        foreach (var subnet in table.All)
        {
            if (subnet.Mode != SubnetMode.Authoritative || subnet.Interface is not { } name)
            {
                _openings.TryRemove(subnet.Network, out _);
                continue;
            }
            var present = _openings.GetValueOrDefault(subnet.Network);
            if (present is { State: OpeningState.Open } && present.Subnet.Interface == name)
            {
                continue;
            }
            if (subnet.Force || WasOpened(subnet.Network, name))
            {
                Open(subnet, subnet.Force ? "by order, without a search" : "as before", remember: false);
            }
            else if (present is null || !ReferenceEquals(present.Subnet, subnet) || present.State == OpeningState.Waiting)
            {
                _openings[subnet.Network] = new SubnetOpening(subnet, OpeningState.Waiting);
                toSearch.Add(subnet);
            }
        }
        return toSearch;
    }

    /// <summary>Searches one network; does nothing while its link is being searched.</summary>
    public async Task SearchAsync(Subnet subnet, NetworkLink link, CancellationToken cancellation)
    {
        var search = new Search();
        if (!_searches.TryAdd(link.Name, search))
        {
            return;
        }
        try
        {
            watch.Follow(link);
            using var socket = new FrameSocket(link);
            var stop = time.GetTimestamp();
            // A spanning tree may swallow the first, a busy server the second.
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                Discover(socket, link);
                await search.Found.Task.WaitAsync(listenTime / Attempts, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (search.Found.Task.IsCompleted || cancellation.IsCancellationRequested)
                {
                    break;
                }
            }
            cancellation.ThrowIfCancellationRequested();
            if (search.Server is { } other)
            {
                _openings[subnet.Network] = new SubnetOpening(subnet, OpeningState.Refused, other.Server, other.Hardware);
                notices.Refused(subnet, other.Server, other.Hardware);
            }
            else
            {
                Open(subnet, $"nobody else answered in {time.GetElapsedTime(stop).TotalSeconds:0} s", remember: true);
            }
        }
        finally
        {
            _searches.TryRemove(link.Name, out _);
        }
    }

    /// <summary>A server's message was overheard: the answer to a search that is on.</summary>
    public void Heard(OverheardServer overheard)
    {
        // A proxy offers no address (yiaddr 0) and may live beside us.
        if (_searches.TryGetValue(overheard.Link.Name, out var search)
            && overheard.Message.Type is DhcpMessageType.Offer or DhcpMessageType.Ack && !overheard.Message.Yiaddr.IsAny)
        {
            search.Server ??= overheard;
            search.Found.TrySetResult();
        }
    }

    private void Open(Subnet subnet, string why, bool remember)
    {
        if (remember)
        {
            try
            {
                verdicts.Opened(subnet.Network, subnet.Interface!, time.GetUtcNow());
            }
            catch (IOException failure)
            {
                // Searched it was; only the next start has to search again.
                why = $"{why} (not remembered: {failure.Message})";
            }
        }
        _openings[subnet.Network] = new SubnetOpening(subnet, OpeningState.Open);
        notices.Opened(subnet, why);
    }

    // What cannot be read is searched for: that is slower and never wrong.
    private bool WasOpened(IPv4Network network, string interfaceName)
    {
        try
        {
            return verdicts.WasOpened(network, interfaceName);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Discover(FrameSocket socket, NetworkLink link)
    {
        Span<byte> frame = stackalloc byte[UdpFrame.HeaderLength + ProbeDiscover.Length];
        ProbeDiscover.Write(frame[UdpFrame.HeaderLength..], link.Hardware, (uint)RandomNumberGenerator.GetInt32(int.MaxValue));
        var length = UdpFrame.Write(
            frame, link.Hardware, FrameSocket.Everybody, IPv4Address.Any, DhcpMessage.ClientPort,
            IPv4Address.Broadcast, DhcpMessage.ServerPort, ProbeDiscover.Length);
        socket.Send(frame[..length], 0x0800);
    }

    private sealed class Search
    {
        public TaskCompletionSource Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OverheardServer? Server { get; set; }
    }
}

/// <summary>Who is told of openings.</summary>
internal interface IOpeningNotices
{
    void Opened(Subnet subnet, string why);

    void Refused(Subnet subnet, IPv4Address server, HardwareAddress hardware);
}
