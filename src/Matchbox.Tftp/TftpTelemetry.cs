using System.Diagnostics.Metrics;
using Matchbox.Core.Files;
using Matchbox.Protocols;
using Matchbox.Tftp.Transfers;
using Microsoft.Extensions.Logging;

namespace Matchbox.Tftp;

/// <summary>What became of requests and transfers: metrics of the meter <c>Matchbox.Tftp</c>, one log line each, and the observers. Any thread.</summary>
internal sealed partial class TftpTelemetry : IDisposable
{
    public const string MeterName = "Matchbox.Tftp";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _transfers;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _retransmissions;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _ignored;
    private readonly Histogram<double> _duration;
    private readonly ITftpObserver[] _observers;
    private readonly ILogger _logger;

    public TftpTelemetry(IEnumerable<ITftpObserver> observers, TransferTable table, ILogger logger)
    {
        _observers = [.. observers];
        _logger = logger;
        _transfers = _meter.CreateCounter<long>("tftp.transfers", "{transfer}", "Transfers ended, by result");
        _bytes = _meter.CreateCounter<long>("tftp.bytes", "By", "Octets of files that clients acknowledged");
        _retransmissions = _meter.CreateCounter<long>("tftp.blocks.retransmitted", "{block}", "Blocks sent again");
        _refused = _meter.CreateCounter<long>("tftp.requests.refused", "{request}", "Requests answered by an ERROR, by reason");
        _ignored = _meter.CreateCounter<long>("tftp.requests.ignored", "{request}", "Requests left unanswered, by reason");
        _duration = _meter.CreateHistogram<double>("tftp.transfer.duration", "s", "Duration of completed transfers");
        _meter.CreateObservableGauge("tftp.transfers.active", () => table.Count, "{transfer}", "Transfers under way");
    }

    public void Ended(ActiveTransfer transfer, TransferOutcome outcome, TimeSpan duration)
    {
        var bytes = transfer.BytesAcknowledged;
        var source = transfer.Slot.Client.Address;
        var name = ClientText.Escape(transfer.Name);
        _transfers.Add(1, new KeyValuePair<string, object?>("result", outcome.Result switch
        {
            TransferResult.Completed => "completed",
            TransferResult.SizeAsked => "size",
            _ => "failed",
        }));
        _bytes.Add(bytes);
        _retransmissions.Add(transfer.State.Retransmissions);
        switch (outcome.Result)
        {
            case TransferResult.Completed:
                _duration.Record(duration.TotalSeconds);
                Log.Completed(_logger, name, source, bytes, duration.TotalMilliseconds,
                    transfer.Agreed.BlockSize, transfer.Agreed.WindowSize, transfer.State.Retransmissions);
                foreach (var observer in _observers)
                {
                    observer.Completed(source, transfer.Name, bytes, duration, transfer.State.Retransmissions);
                }
                break;
            case TransferResult.SizeAsked:
                Log.SizeAsked(_logger, name, source);
                break;
            default:
                Log.Failed(_logger, name, source, bytes, duration.TotalMilliseconds, outcome.Reason);
                foreach (var observer in _observers)
                {
                    observer.Failed(source, transfer.Name, bytes, duration, transfer.State.Retransmissions, outcome.Reason);
                }
                break;
        }
    }

    /// <summary>A request that was answered by an ERROR.</summary>
    public void Refused(IPv4Address source, string name, string reason)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
        Log.Refused(_logger, ClientText.Escape(name), source, reason);
    }

    /// <summary>A request that was left unanswered.</summary>
    public void Ignored(IPv4Address source, string reason)
    {
        _ignored.Add(1, new KeyValuePair<string, object?>("reason", reason));
        Log.Ignored(_logger, source, reason);
    }

    public void Dispose() => _meter.Dispose();

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Information,
            "TFTP sent {File} to {Client}: {Bytes} bytes in {Milliseconds:F0} ms (blksize {BlockSize}, windowsize {WindowSize}, {Retransmitted} blocks again)")]
        public static partial void Completed(
            ILogger logger, string file, IPv4Address client, long bytes, double milliseconds, int blockSize, int windowSize, long retransmitted);

        [LoggerMessage(3002, LogLevel.Warning, "TFTP of {File} to {Client} failed after {Bytes} bytes and {Milliseconds:F0} ms: {Reason}")]
        public static partial void Failed(ILogger logger, string file, IPv4Address client, long bytes, double milliseconds, string reason);

        [LoggerMessage(3003, LogLevel.Debug, "TFTP told {Client} the size of {File}")]
        public static partial void SizeAsked(ILogger logger, string file, IPv4Address client);

        [LoggerMessage(3004, LogLevel.Information, "TFTP refused \"{File}\" to {Client}: {Reason}")]
        public static partial void Refused(ILogger logger, string file, IPv4Address client, string reason);

        [LoggerMessage(3005, LogLevel.Debug, "TFTP ignored a request of {Client}: {Reason}")]
        public static partial void Ignored(ILogger logger, IPv4Address client, string reason);
    }
}
