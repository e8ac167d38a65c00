using System.Collections.Concurrent;
using Matchbox.Protocols.Tftp;
using Matchbox.Tftp.Transport;
using Microsoft.Extensions.Logging;

namespace Matchbox.Tftp.Transfers;

/// <summary>
/// One thread that moves the data of many transfers: waits for ACKs on all their sockets, and for the nearest timer.
/// Everything but <see cref="Add"/>, <see cref="Wake"/>, <see cref="Drain"/> and <see cref="Count"/> happens on that thread.
/// </summary>
internal sealed unsafe partial class TransferLoop : IDisposable
{
    private readonly ConcurrentQueue<ActiveTransfer> _arriving = new();     // bounded by the slots of TransferTable
    private readonly Poller _poller = new();
    private readonly List<ActiveTransfer?> _active = [];        // by token; a hole is in _free
    private readonly Stack<int> _free = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(65536, pinned: true);
    private readonly byte[] _inbound = GC.AllocateUninitializedArray<byte>(2048, pinned: true);
    private readonly TftpTelemetry _telemetry;
    private readonly TransferTable _table;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer? _alarm;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private TimeSpan _nextScan = TimeSpan.MaxValue;
    private long _drainUntil = long.MaxValue;
    private int _count;

    public TransferLoop(int number, TransferTable table, TftpTelemetry telemetry, TimeProvider time, ILogger logger)
    {
        _table = table;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
        // The wait for packets ends by itself when a timer is due; only a clock other than the machine's has to ring for that.
        _alarm = time == TimeProvider.System
            ? null
            : time.CreateTimer(static loop => ((TransferLoop)loop!)._poller.Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { Name = $"tftp-{number}", IsBackground = true };
    }

    /// <summary>Ends when a drained loop has let its last transfer go, or with the fault that stopped it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Transfers that it has or is about to get.</summary>
    public int Count => Volatile.Read(ref _count);

    private TimeSpan Now => _time.GetElapsedTime(0);

    public void Start() => _thread.Start();

    public void Add(ActiveTransfer transfer)
    {
        Interlocked.Increment(ref _count);
        _arriving.Enqueue(transfer);
        _poller.Ring();
    }

    /// <summary>Looks again at once: a transfer was superseded.</summary>
    public void Wake() => _poller.Ring();

    /// <summary>Lets running transfers go on until then; nothing is added afterwards.</summary>
    public void Drain(TimeSpan until)
    {
        Volatile.Write(ref _drainUntil, until.Ticks);
        _poller.Ring();
    }

    public void Dispose()
    {
        _alarm?.Dispose();
        _poller.Dispose();
    }

    private void Run()
    {
        try
        {
            var tokens = new long[64];
            while (Volatile.Read(ref _drainUntil) == long.MaxValue || Count > 0)
            {
                Turn(tokens);
            }
            _ended.SetResult();
        }
        catch (Exception fault)
        {
            _ended.SetException(fault);     // the service ends, and so the host
        }
    }

    private void Turn(long[] tokens)
    {
        var count = _poller.Wait(tokens, _nextScan == TimeSpan.MaxValue || _alarm is not null ? Timeout.InfiniteTimeSpan : _nextScan - Now);
        var now = Now;
        for (var i = 0; i < count; i++)
        {
            if (tokens[i] == Poller.Bell)
            {
                Admit(now);
                now = Now;
            }
            else if (_active[(int)tokens[i]] is { } transfer)
            {
                Guarded((int)tokens[i], transfer, now, receive: true);
            }
        }
        if (now >= _nextScan)
        {
            Scan(now);
        }
    }

    private void Admit(TimeSpan now)
    {
        while (_arriving.TryDequeue(out var transfer))
        {
            if (!_free.TryPop(out var index))
            {
                index = _active.Count;
                _active.Add(null);
            }
            _active[index] = transfer;
            _poller.Add(transfer.Socket.Descriptor, index);
            if (transfer.Source.LastBlock is { } last)
            {
                transfer.State.EndsWith(last);
            }
            Guarded(index, transfer, now, receive: false);
        }
        _nextScan = TimeSpan.Zero;          // the bell also tells of superseded transfers, alarms and draining
    }

    /// <summary>Every timer in one pass: a thousand comparisons a few times a second cost less than keeping them sorted at each ACK.</summary>
    private void Scan(TimeSpan now)
    {
        var drainUntil = new TimeSpan(Volatile.Read(ref _drainUntil));
        var next = TimeSpan.MaxValue;
        for (var index = 0; index < _active.Count; index++)
        {
            if (_active[index] is not { } transfer)
            {
                continue;
            }
            if (transfer.Slot.Superseded)
            {
                End(index, transfer, transfer.State.EverythingSent ? TransferOutcome.Completed : TransferOutcome.Failed("the client asked anew"), now);
            }
            else if (now >= drainUntil)
            {
                SendError(transfer, TftpErrorCode.SeeMessage, "stopping");
                End(index, transfer, TransferOutcome.Failed("the service stopped"), now);
            }
            else if (now >= transfer.State.Deadline)
            {
                Guarded(index, transfer, now, receive: false);
            }
            if (_active[index] is { } still && still.State.Deadline < next)
            {
                next = still.State.Deadline;
            }
        }
        _nextScan = next < drainUntil || next == TimeSpan.MaxValue ? next : drainUntil;
        Arm(now);
    }

    private void Arm(TimeSpan now)
    {
        if (_nextScan != TimeSpan.MaxValue)
        {
            var wait = _nextScan - now;
            _alarm?.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>One transfer's fault (its disk, our bug) ends that transfer only.</summary>
    private void Guarded(int index, ActiveTransfer transfer, TimeSpan now, bool receive)
    {
        try
        {
            var step = receive ? Receive(index, transfer, now)
                : transfer.State.Started ? transfer.State.OnTimer(now) : transfer.State.Start(now);
            Do(index, transfer, step, now);
        }
        catch (Exception fault)
        {
            Log.TransferFault(_logger, fault, transfer.Name, transfer.Slot.Client);
            SendError(transfer, TftpErrorCode.SeeMessage, "read error");
            End(index, transfer, TransferOutcome.Failed(fault.Message), now);
        }
    }

    private TransferStep Receive(int index, ActiveTransfer transfer, TimeSpan now)
    {
        var length = transfer.Socket.Receive(_inbound, out var from);
        if (length < 0)
        {
            return TransferStep.Wait;
        }
        var datagram = _inbound.AsSpan(0, length);
        if (from != transfer.Slot.Client)
        {
            RefuseStranger(transfer, from, datagram);
            return TransferStep.Wait;
        }
        if (TftpPacket.TryReadAck(datagram, out var block))
        {
            var step = transfer.State.OnAck(block, now);
            if (transfer.State.Heard)
            {
                transfer.Slot.Progressed(transfer.State.LastProgress);
            }
            return step;
        }
        if (TftpPacket.TryReadError(datagram, out var code, out var text))
        {
            End(index, transfer, OnError(transfer, code, text), now);
        }
        return TransferStep.Wait;
    }

    private static TransferOutcome OnError(ActiveTransfer transfer, TftpErrorCode code, string text) => transfer.OnlyNegotiated
        ? new TransferOutcome(TransferResult.SizeAsked)
        : TransferOutcome.Failed($"client error {(int)code} \"{ClientText.Escape(text)}\"");

    /// <summary>RFC 1350 §4: "an error packet should be sent to the originator of the incorrect packet"; never for an ERROR.</summary>
    private static void RefuseStranger(ActiveTransfer transfer, UdpEndpoint stranger, ReadOnlySpan<byte> datagram)
    {
        if (TftpPacket.Opcode(datagram) is not (TftpOpcode.Error or TftpOpcode.None))
        {
            Span<byte> error = stackalloc byte[TftpPacket.MaxControlLength];
            var length = TftpPacket.WriteError(error, TftpErrorCode.UnknownTransferId, "unknown TID");
            transfer.Socket.SendTo(error[..length], stranger);
        }
    }

    private void Do(int index, ActiveTransfer transfer, in TransferStep step, TimeSpan now)
    {
        switch (step.Action)
        {
            case TransferAction.SendOptionAck:
                var length = transfer.WriteOptionAck(_buffer);
                transfer.Socket.Send(_buffer.AsSpan(0, length));
                break;
            case TransferAction.SendData:
                SendData(transfer, step.First, step.Count);
                break;
            case TransferAction.Finish:
                End(index, transfer, TransferOutcome.Completed, now);
                return;
            case TransferAction.GiveUp:
                End(index, transfer, Silence(transfer), now);
                return;
            default:
                return;
        }
        if (transfer.State.Deadline < _nextScan)
        {
            _nextScan = transfer.State.Deadline;
            Arm(now);
        }
    }

    /// <summary>Clients may leave after their last ACK, and that ACK may be lost: the file was received all the same (RFC 1350 §6).</summary>
    private static TransferOutcome Silence(ActiveTransfer transfer) =>
        transfer.State.EverythingSent ? TransferOutcome.Completed
        : TransferOutcome.Failed(transfer.State.Heard ? "the client fell silent" : "the client never answered");

    private void SendData(ActiveTransfer transfer, long first, int count)
    {
        fixed (byte* data = _buffer)
        {
            while (count > 0)
            {
                var blocks = Math.Min(count, transfer.Socket.BlocksPerSend);
                var length = transfer.Source.Read(first, blocks, _buffer);
                if (length < blocks * transfer.Agreed.BlockSize)
                {
                    blocks = (length / transfer.Agreed.BlockSize) + 1;
                    count = blocks;
                    transfer.LastBlockLength = length % transfer.Agreed.BlockSize;
                    transfer.State.EndsWith(first + blocks - 1);
                }
                transfer.Socket.SendBlocks(first, blocks, data, length);
                first += blocks;
                count -= blocks;
            }
        }
    }

    private static void SendError(ActiveTransfer transfer, TftpErrorCode code, string text)
    {
        Span<byte> error = stackalloc byte[TftpPacket.MaxControlLength];
        transfer.Socket.Send(error[..TftpPacket.WriteError(error, code, text)]);
    }

    private void End(int index, ActiveTransfer transfer, TransferOutcome outcome, TimeSpan now)
    {
        if (_active[index] != transfer)
        {
            return;
        }
        _active[index] = null;
        _free.Push(index);
        transfer.Dispose();
        _table.Release(transfer.Slot);
        Interlocked.Decrement(ref _count);
        _telemetry.Ended(transfer, outcome, now - transfer.Started);
    }

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Error, "TFTP transfer of {File} to {Client} broke off")]
        public static partial void TransferFault(ILogger logger, Exception fault, string file, UdpEndpoint client);
    }
}
