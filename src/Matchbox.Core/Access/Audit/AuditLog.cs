using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Matchbox.Core.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Core.Access.Audit;

/// <summary>
/// Writes the audit log in groups, off the way of the calls. While the disk refuses, entries wait in memory and the appliance's health
/// says so; who changes something then waits once thousands do.
/// </summary>
public sealed partial class AuditLog(IAuditStore store, TimeProvider clock, ILogger<AuditLog> logger) : BackgroundService, IAuditLog, IHealthCheck
{
    private const int BatchSize = 256;
    private const int LongestText = 16_384;
    private const int RefusalsAMinute = 120;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private static readonly Meter Meter = new("Matchbox.Access");
    private static readonly Counter<long> Written = Meter.CreateCounter<long>("matchbox_audit_entries", description: "Entries of the audit log that were stored.");
    private static readonly Counter<long> Uncounted = Meter.CreateCounter<long>("matchbox_audit_refusals_unwritten", description: "Refusals beyond the rate at which they are written.");

    // Full: whoever changes something waits. The log of what was done is worth more than the speed of doing more.
    private readonly Channel<AuditEntry> _queue = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(4_096) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private readonly Lock _refusals = new();
    private double _allowance = RefusalsAMinute;
    private long _allowedAt = clock.GetTimestamp();
    private int _unwritten;
    private long _sequence = store.LastSequence;
    private volatile string? _failure;

    public ValueTask RecordAsync(AuditEntry entry) => _queue.Writer.WriteAsync(Cut(entry));

    public void RecordRefusal(AuditEntry entry)
    {
        lock (_refusals)
        {
            _allowance = Math.Min(RefusalsAMinute, _allowance + (clock.GetElapsedTime(_allowedAt).TotalMinutes * RefusalsAMinute));
            _allowedAt = clock.GetTimestamp();
            if (_allowance < 1 || !_queue.Writer.TryWrite(Cut(entry) with { Unwritten = _unwritten }))
            {
                _unwritten++;
                Uncounted.Add(1);
                return;
            }
            _allowance--;
            _unwritten = 0;
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<AuditEntry> Read(AuditQuery query) => store.Read(query);

    public IEnumerable<HealthFinding> Check() => _failure is { } failure
        ? [new HealthFinding("audit log", HealthState.Degraded, $"it cannot be written, entries wait in memory: {failure}")]
        : [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Listeners stop before: nothing more comes.
        _queue.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is null or { IsCompleted: true })
        {
            // A stop right after the start comes before the loop began.
            await DrainAsync([], new CancellationToken(canceled: true));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<AuditEntry>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            if (!stoppingToken.IsCancellationRequested)
            {
                // A short pause makes groups.
                await Task.Delay(Gathering, clock, CancellationToken.None);
            }
            await DrainAsync(batch, stoppingToken);
        }
    }

    private async Task DrainAsync(List<AuditEntry> batch, CancellationToken stopping)
    {
        do
        {
            batch.Clear();
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var entry))
            {
                batch.Add(entry with { Sequence = ++_sequence });
            }
            await WriteAsync(batch, stopping);
        }
        while (batch.Count > 0);
    }

    private async Task WriteAsync(List<AuditEntry> batch, CancellationToken stopping)
    {
        while (batch.Count > 0)
        {
            try
            {
                store.Append(batch);
                Written.Add(batch.Count);
                _failure = null;
                return;
            }
            catch (IOException failure)
            {
                if (_failure is null)
                {
                    LogFailure(logger, failure.Message);
                }
                _failure = failure.Message;
            }
            if (stopping.IsCancellationRequested)
            {
                foreach (var entry in batch)
                {
                    LogLost(logger, entry.At, entry.Who, entry.From, entry.Action, entry.Object, entry.Outcome);
                }
                return;
            }
            try
            {
                await Task.Delay(RetryInterval, clock, stopping);
            }
            catch (OperationCanceledException)
            {
                // Once more, and then into the log.
            }
        }
    }

    private static AuditEntry Cut(AuditEntry entry) => entry with
    {
        Before = Cut(entry.Before),
        After = Cut(entry.After),
        Reason = entry.Reason is { Length: > 0 } reason ? ClientText.Escape(reason) : null,
    };

    private static string? Cut(string? text) => text?.Length > LongestText ? $"{text.AsSpan(0, LongestText)}…" : text;

    [LoggerMessage(3200, LogLevel.Error, "The audit log cannot be written, its entries wait in memory: {Reason}")]
    private static partial void LogFailure(ILogger logger, string reason);

    [LoggerMessage(3201, LogLevel.Error, "An entry of the audit log could not be stored: at {At:O} {Who} from {From}: {Action} {Object}: {Outcome}")]
    private static partial void LogLost(ILogger logger, DateTimeOffset at, string who, string from, string action, string @object, string outcome);
}
