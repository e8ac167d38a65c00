using System.Diagnostics.Metrics;

namespace Matchbox.Core.Leases;

/// <summary>The meter <c>Matchbox.Leases</c>: what the journal does and how full the networks are.</summary>
public sealed class LeaseMetrics
{
    public const string MeterName = "Matchbox.Leases";

    private readonly Meter _meter;
    private readonly Histogram<int> _batch;
    private readonly Histogram<double> _flush;
    private readonly Counter<long> _stored;
    private readonly Counter<long> _failed;

    public LeaseMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _batch = _meter.CreateHistogram<int>("matchbox.leases.batch", "{record}", "Records written with one flush");
        _flush = _meter.CreateHistogram<double>("matchbox.leases.flush", "ms", "Time of one write and flush");
        _stored = _meter.CreateCounter<long>("matchbox.leases.stored", "{record}", "Records made durable");
        _failed = _meter.CreateCounter<long>("matchbox.leases.failed", "{record}", "Records that could not be stored, so were never acknowledged");
    }

    /// <summary>Reports the addresses of each network by state, asked of the table when somebody looks.</summary>
    public void Observe(LeaseTable table) => _meter.CreateObservableGauge(
        "matchbox.leases.addresses",
        () => table.Counts().SelectMany(counts => new[]
        {
            Measure(counts, "free", counts.Free),
            Measure(counts, "bound", counts.Bound),
            Measure(counts, "offered", counts.Offered),
            Measure(counts, "declined", counts.Declined),
        }),
        "{address}",
        "Addresses of a network by state");

    internal void Queue(Func<int> length) =>
        _meter.CreateObservableGauge("matchbox.leases.queue", length, "{record}", "Records that wait for the journal");

    internal void Stored(int count, TimeSpan time)
    {
        _batch.Record(count);
        _flush.Record(time.TotalMilliseconds);
        _stored.Add(count);
    }

    internal void Failed(int count) => _failed.Add(count);

    private static Measurement<long> Measure(LeaseCounts counts, string state, long value) =>
        new(value, new("network", counts.Network.ToString()), new("state", state));
}
