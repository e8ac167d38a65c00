using System.Diagnostics.Metrics;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp;

/// <summary>The meter <c>Matchbox.Dhcp</c>. Thread-safe.</summary>
public sealed class DhcpMetrics
{
    public const string MeterName = "Matchbox.Dhcp";

    // Tag values are made once: a counter on the hot path allocates nothing.
    private static readonly string[] Types = [.. Enumerable.Range(0, 32).Select(type => ((DhcpMessageType)type).ToString().ToLowerInvariant())];
    private static readonly string[] Reasons = [.. Enum.GetNames<SilenceReason>()];

    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _silences;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _sendFailures;
    private readonly Counter<long> _foreign;
    private readonly Counter<long> _declines;
    private readonly Counter<long> _conflicts;
    private readonly Histogram<double> _decision;

    public DhcpMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _received = meter.CreateCounter<long>("matchbox.dhcp.received", "{message}", "Messages received, by type");
        _sent = meter.CreateCounter<long>("matchbox.dhcp.sent", "{message}", "Replies sent, by type");
        _silences = meter.CreateCounter<long>("matchbox.dhcp.silences", "{message}", "Messages left unanswered, by reason");
        _dropped = meter.CreateCounter<long>("matchbox.dhcp.dropped", "{message}", "Messages that made room for newer ones, by queue");
        _sendFailures = meter.CreateCounter<long>("matchbox.dhcp.send_failures", "{message}", "Replies that the kernel did not take");
        _foreign = meter.CreateCounter<long>("matchbox.dhcp.foreign_servers", "{message}", "Messages that told of another DHCP server on a network of ours");
        _declines = meter.CreateCounter<long>("matchbox.dhcp.declines", "{message}", "Addresses that clients found taken");
        _conflicts = meter.CreateCounter<long>("matchbox.dhcp.conflicts", "{address}", "Offered addresses on which somebody else answered our ARP probe");
        _decision = meter.CreateHistogram<double>("matchbox.dhcp.decision", "ms", "Time from receipt to decision");
    }

    internal void Received(DhcpMessageType type) => _received.Add(1, new KeyValuePair<string, object?>("type", Types[(int)type & 31]));

    internal void Sent(DhcpMessageType type) => _sent.Add(1, new KeyValuePair<string, object?>("type", Types[(int)type & 31]));

    internal void Silent(SilenceReason reason) => _silences.Add(1, new KeyValuePair<string, object?>("reason", Reasons[(int)reason]));

    internal void Dropped(bool priority) => _dropped.Add(1, new KeyValuePair<string, object?>("queue", priority ? "priority" : "strangers"));

    internal void SendFailed() => _sendFailures.Add(1);

    internal void ForeignServer() => _foreign.Add(1);

    internal void Declined() => _declines.Add(1);

    internal void Conflict() => _conflicts.Add(1);

    internal bool MeasuresDecisions => _decision.Enabled;

    internal void Decided(TimeSpan time) => _decision.Record(time.TotalMilliseconds);
}
