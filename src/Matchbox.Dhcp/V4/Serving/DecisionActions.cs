using System.Net.Sockets;
using Matchbox.Core.Boot;
using Matchbox.Core.Events;
using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Protocols.Dhcp;
using Microsoft.Extensions.Logging;

namespace Matchbox.Dhcp.V4.Serving;

/// <summary>What goes out once a lease is stored; empty for records that nobody is told of.</summary>
internal readonly record struct PendingAck(DhcpDecision.Grant? Grant, LinkSocket? Socket, Adoption? Adoption = null);

/// <summary>Carries decisions out: sends, stores, tells. Thread-safe; never waits.</summary>
internal sealed partial class DecisionActions
{
    private readonly LeaseTable _leases;
    private readonly BootSessions _sessions;
    private readonly ClientNotices _notices;
    private readonly DhcpMetrics _metrics;
    private readonly ILogger _logger;

    public DecisionActions(
        LeaseTable leases, ILeaseStore store, LeaseMetrics leaseMetrics, BootSessions sessions, ClientNotices notices,
        DhcpMetrics metrics, ILoggerFactory loggers)
    {
        _leases = leases;
        _sessions = sessions;
        _notices = notices;
        _metrics = metrics;
        _logger = loggers.CreateLogger<DhcpServer>();
        Journal = new LeaseJournal<PendingAck>(store, leaseMetrics, loggers.CreateLogger<LeaseJournal<PendingAck>>(), Stored, NotStored);
    }

    public LeaseJournal<PendingAck> Journal { get; }

    public void Carry(in DhcpArrival arrival, DhcpDecision decision, LinkSocket socket)
    {
        var message = arrival.Message;
        switch (decision)
        {
            case DhcpDecision.Reply reply:
                Send(reply.Message, reply.Route, socket);
                if (reply.FirstUse)
                {
                    _notices.FirstUse(reply, socket);
                }
                break;
            case DhcpDecision.Grant grant:
                if (!Journal.TryEnqueue(grant.Lease.Lease, new PendingAck(grant, socket)))
                {
                    _leases.Rollback(grant.Lease);
                    Silent(message, SilenceReason.NotStored);
                }
                break;
            case DhcpDecision.Released released:
                Store(released.Record);
                Log.Released(_logger, released.Record.Address, message.Chaddr, message.Xid);
                break;
            case DhcpDecision.Declined declined:
                if (declined.Record is { } record)
                {
                    Store(record);
                }
                _metrics.Declined();
                Log.Declined(_logger, declined.Address, message.Chaddr, message.Xid);
                _notices.Declined(declined);
                break;
            case DhcpDecision.Learned learned:
                if (learned.Subnet.Mode == SubnetMode.Proxy)
                {
                    _sessions.Learn(learned.Client, learned.Address);
                }
                else
                {
                    _notices.ForeignServer(learned.Subnet, learned.Server, hardware: null, arrival.Link.Name, learned.Client);
                }
                Silent(message, SilenceReason.OtherServer);
                break;
            case DhcpDecision.Exhausted exhausted:
                _notices.Exhausted(exhausted);
                Silent(message, SilenceReason.PoolExhausted);
                break;
            case DhcpDecision.Silence silence:
                Silent(message, silence.Reason);
                break;
        }
    }

    /// <summary>Hands a record to the journal that no reply waits for. Lost when the journal is full: the client says it again, or the lease ends.</summary>
    public void Store(Lease record) => Journal.TryEnqueue(record, default);

    // On the journal's thread, after the flush.
    private void Stored(Lease lease, PendingAck pending)
    {
        pending.Adoption?.Stored();
        if (pending is not { Grant: { } grant, Socket: { } socket })
        {
            return;
        }
        if (Send(grant.Message, grant.Route, socket) && grant.Known)
        {
            _notices.Leased(lease, grant.Subnet);
        }
    }

    private void NotStored(Lease lease, PendingAck pending, Exception failure)
    {
        pending.Adoption?.NotStored(failure);
        if (pending.Grant is { } grant)
        {
            _leases.Rollback(grant.Lease);
            _metrics.Silent(SilenceReason.NotStored);
            Log.NotStored(_logger, lease.Address, lease.Hardware, grant.Message.Request.Xid, failure.Message);
        }
    }

    private bool Send(DhcpReply reply, ReplyRoute route, LinkSocket socket)
    {
        try
        {
            if (!socket.Send(reply, reply.ServerIdentifier, route))
            {
                Silent(reply.Request, SilenceReason.DoesNotFit);
                return false;
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The interface went away or its queue is full: the client asks again.
            _metrics.SendFailed();
            Log.NotSent(_logger, reply.Type, reply.Request.Chaddr, reply.Request.Xid, failure.Message);
            return false;
        }
        _metrics.Sent(reply.Type);
        switch (reply.Type)
        {
            case DhcpMessageType.Ack when reply.LeaseTime is not null:
                Log.Granted(_logger, reply.Yiaddr, reply.Request.Chaddr, reply.Request.Xid);
                break;
            case DhcpMessageType.Nak:
                Log.Refused(_logger, reply.Request.Chaddr, reply.Request.Xid, reply.Options.View.GetText(DhcpOptionCode.Message) ?? "");
                break;
            default:
                Log.Replied(_logger, reply.Type, reply.Yiaddr, reply.Request.Chaddr, reply.Request.Xid, reply.File);
                break;
        }
        return true;
    }

    private void Silent(DhcpMessage message, SilenceReason reason)
    {
        _metrics.Silent(reason);
        Log.Silent(_logger, message.Type, message.Chaddr, message.Xid, reason);
    }
}
