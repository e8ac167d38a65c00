using System.Net.Sockets;
using Matchbox.Core.Leases;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Protocols.Dhcp;
using Microsoft.Extensions.Logging;

namespace Matchbox.Dhcp.V4.Serving;

/// <summary>
/// One port on one interface: a thread that receives, decides and sends. It never waits but for the socket: a grant goes to the
/// journal, whose thread sends it. One thread for all three keeps two DISCOVERs from racing for one address and costs no hop;
/// between decisions it empties the kernel's queue into its own two, so that what is worth most is answered first.
/// </summary>
internal sealed partial class PortService : IDisposable
{
    private const int DecisionsPerReceive = 16;
    private static readonly TimeSpan ReceiveLimit = TimeSpan.FromMilliseconds(250);   // how soon a stop is noticed

    private readonly LinkSocket _socket;
    private readonly DhcpResponder _responder;
    private readonly DecisionActions _actions;
    private readonly ClientDirectory _clients;
    private readonly DhcpSettings _settings;
    private readonly DhcpMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Inbox<DhcpArrival> _inbox;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    /// <exception cref="SocketException">The port is taken or not allowed.</exception>
    public PortService(
        NetworkLink link, ushort port, DhcpResponder responder, DecisionActions actions, ClientDirectory clients,
        DhcpSettings settings, DhcpMetrics metrics, TimeProvider time, ILogger logger)
    {
        _responder = responder;
        _actions = actions;
        _clients = clients;
        _settings = settings;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _inbox = new Inbox<DhcpArrival>(settings.PriorityQueueLength, settings.QueueLength);
        _socket = LinkSocket.Open(link, port, settings.ReceiveBuffer, ReceiveLimit);
    }

    public NetworkLink Link => _socket.Link;

    public LinkSocket Socket => _socket;

    /// <summary>Ends when the thread does, with its exception if it failed.</summary>
    public Task Ended => _ended.Task;

    public void Start() => new Thread(Run) { IsBackground = true, Name = $"dhcp {Link.Name}:{_socket.Port}" }.Start();

    public void Follow(NetworkLink link) => _socket.Follow(link);

    /// <summary>Answers what waits, then ends.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        await _ended.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stopping = true;
        _socket.Dispose();
    }

    private void Run()
    {
        try
        {
            using var batch = new ReceiveBatch();
            while (!_stopping && _socket.Receive(batch, wait: _inbox.IsEmpty))
            {
                var now = _time.GetTimestamp();
                for (var i = 0; i < batch.Count; i++)
                {
                    Accept(batch[i], now);
                }
                for (var i = 0; i < DecisionsPerReceive && _inbox.TryTake(out var arrival, out var at, out var priority); i++)
                {
                    Answer(arrival, at, priority);
                }
            }
            while (_inbox.TryTake(out var arrival, out var at, out var priority))
            {
                Answer(arrival, at, priority);
            }
            _ended.SetResult();
        }
        catch (Exception failure)
        {
            _ended.SetException(failure);
        }
    }

    private void Accept(in ReceivedDatagram datagram, long now)
    {
        if (!DhcpMessage.TryParse(datagram.Payload, out var message, out var error))
        {
            _metrics.Silent(SilenceReason.Unreadable);
            Log.Unreadable(_logger, datagram.Source, Link.Name, error);
            return;
        }
        _metrics.Received(message.Type);
        var priority = message.Type != DhcpMessageType.Discover || _clients.IsKnown(message.Chaddr);
        if (_inbox.Add(new DhcpArrival(message, Link, datagram.Source, datagram.SourcePort, datagram.Unicast), now, priority))
        {
            _metrics.Dropped(priority);
        }
    }

    private void Answer(in DhcpArrival arrival, long at, bool priority)
    {
        try
        {
            if (!priority && _time.GetElapsedTime(at) > _settings.QueueLimit)
            {
                _metrics.Silent(SilenceReason.TooLate);
                return;
            }
            var decision = _socket.Port == _settings.ProxyPort ? _responder.DecideBootServer(arrival) : _responder.Decide(arrival);
            if (_metrics.MeasuresDecisions)
            {
                _metrics.Decided(_time.GetElapsedTime(at));
            }
            _actions.Carry(arrival, decision, _socket);
        }
        catch (Exception failure) when (!_stopping)
        {
            // One message must not stop the service for all the others.
            Log.AnswerFailed(_logger, arrival.Message.Chaddr, arrival.Message.Xid, failure);
        }
    }
}
