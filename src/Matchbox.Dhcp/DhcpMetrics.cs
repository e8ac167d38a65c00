using System.Diagnostics.Metrics;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp;

/// <summary>
/// The meter <c>Matchbox.Dhcp</c>. Thread-safe. What every message moves is counted in place and read when somebody asks: a listener
/// that is called for each message costs more than the decision.
/// </summary>
public sealed class DhcpMetrics
{
    public const string MeterName = "Matchbox.Dhcp";

    private static readonly string[] Types = [.. Enumerable.Range(0, 32).Select(type => ((DhcpMessageType)type).ToString().ToLowerInvariant())];
    private static readonly string[] Reasons = [.. Enum.GetNames<SilenceReason>()];

    private readonly long[] _received = new long[Types.Length];
    private readonly long[] _sent = new long[Types.Length];
    private readonly long[] _silences = new long[Reasons.Length];
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _sendFailures;
    private readonly Counter<long> _foreign;
    private readonly Counter<long> _declines;
    private readonly Counter<long> _conflicts;
    private readonly Histogram<double> _decision;
    private int _decisions;

    public DhcpMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("matchbox.dhcp.received", () => Read(_received, "type", Types), "{message}", "Messages received, by type");
        meter.CreateObservableCounter("matchbox.dhcp.sent", () => Read(_sent, "type", Types), "{message}", "Replies sent, by type");
        meter.CreateObservableCounter("matchbox.dhcp.silences", () => Read(_silences, "reason", Reasons), "{message}", "Messages left unanswered, by reason");
        _dropped = meter.CreateCounter<long>("matchbox.dhcp.dropped", "{message}", "Messages that made room for newer ones, by queue");
        _sendFailures = meter.CreateCounter<long>("matchbox.dhcp.send_failures", "{message}", "Replies that the kernel did not take");
        _foreign = meter.CreateCounter<long>("matchbox.dhcp.foreign_servers", "{message}", "Messages that told of another DHCP server on a network of ours");
        _declines = meter.CreateCounter<long>("matchbox.dhcp.declines", "{message}", "Addresses that clients found taken");
        _conflicts = meter.CreateCounter<long>("matchbox.dhcp.conflicts", "{address}", "Offered addresses on which somebody else answered our ARP probe");
        _decision = meter.CreateHistogram<double>("matchbox.dhcp.decision", "ms", "Time from receipt to decision, of every 16th message");
    }

    internal void Received(DhcpMessageType type) => Interlocked.Increment(ref _received[(int)type & 31]);

    internal void Sent(DhcpMessageType type) => Interlocked.Increment(ref _sent[(int)type & 31]);

    internal void Silent(SilenceReason reason) => Interlocked.Increment(ref _silences[(int)reason]);

    internal void Dropped(bool priority) => _dropped.Add(1, new KeyValuePair<string, object?>("queue", priority ? "priority" : "strangers"));

    internal void SendFailed() => _sendFailures.Add(1);

    internal void ForeignServer() => _foreign.Add(1);

    internal void Declined() => _declines.Add(1);

    internal void Conflict() => _conflicts.Add(1);

    internal bool MeasuresDecisions => _decision.Enabled && (Interlocked.Increment(ref _decisions) & 15) == 0;

    internal void Decided(TimeSpan time) => _decision.Record(time.TotalMilliseconds);

    private static IEnumerable<Measurement<long>> Read(long[] counts, string tag, string[] values)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (Interlocked.Read(ref counts[i]) is > 0 and var count)
            {
                yield return new Measurement<long>(count, new KeyValuePair<string, object?>(tag, values[i]));
            }
        }
    }
}
