namespace Matchbox.Tftp.Transfers;

/// <summary>
/// Bookkeeping of one read (RFC 1350, 2347, 7440): what to send when an ACK or the timer comes. No socket, no clock; every
/// method takes the present time. Block numbers are counted in 64 bits and meet the wire's 16 modulo 2^16.
/// </summary>
internal sealed class ReadTransfer(Negotiation agreed, TftpSettings settings)
{
    // A request of 30 octets may come from a forged address: until an answer proves the client, little is sent, and rarely.
    private const int TriesBeforeFirstAnswer = 3;

    private readonly RetransmissionTimer _timer = new(settings, agreed.Timeout);
    private readonly int _blockSize = agreed.BlockSize;
    private readonly int _windowSize = agreed.WindowSize;
    private long _acknowledged = agreed.Accepted.IsEmpty ? 0 : -1;      // -1: the OACK waits for its ACK 0
    private long _sent;
    private long _highest;                                              // _sent goes back at a gap, this does not
    private bool _measurable;                                           // only what was sent once times a round trip (Karn's rule)
    private bool _gapAnswered;
    private int _tries;
    private TimeSpan _sentAt;

    /// <summary>The number of the last, short or empty block; unknown (netascii) until <see cref="EndsWith"/> tells it.</summary>
    public long LastBlock { get; private set; } = long.MaxValue;

    /// <summary>Blocks that the client has.</summary>
    public long Acknowledged => Math.Max(_acknowledged, 0);

    /// <summary>Has the client answered at all: what it sent first came from where it said.</summary>
    public bool Heard { get; private set; }

    /// <summary>Has every block been sent, so that silence may mean a lost last ACK (RFC 1350 §6).</summary>
    public bool EverythingSent => Heard && _sent == LastBlock;

    /// <summary>Blocks sent again.</summary>
    public long Retransmissions { get; private set; }

    /// <summary>When <see cref="OnTimer"/> is due.</summary>
    public TimeSpan Deadline => _sentAt + _timer.Wait;

    /// <summary>When the client was last heard with something new.</summary>
    public TimeSpan LastProgress { get; private set; }

    /// <summary>Tells the last block as soon as it is known: at the latest when it is sent.</summary>
    public void EndsWith(long lastBlock)
    {
        LastBlock = lastBlock;
        _sent = Math.Min(_sent, lastBlock);
        _highest = Math.Min(_highest, lastBlock);
    }

    public bool Started { get; private set; }

    public TransferStep Start(TimeSpan now)
    {
        Started = true;
        LastProgress = now;
        return Send(now, 1);
    }

    public TransferStep OnAck(ushort wireBlock, TimeSpan now)
    {
        if (_acknowledged < 0)
        {
            return wireBlock == 0 ? Advanced(1, now) : TransferStep.Wait;
        }
        var advance = (ushort)(wireBlock - (ushort)_acknowledged);
        if (advance > _sent - _acknowledged)
        {
            return TransferStep.Wait;                                   // a late duplicate, or a block that was never sent
        }
        return advance > 0 ? Advanced(advance, now) : Repeated(now);
    }

    public TransferStep OnTimer(TimeSpan now)
    {
        if (now < Deadline)
        {
            return TransferStep.Wait;
        }
        if (!Heard ? _tries >= TriesBeforeFirstAnswer : _tries > 1 && now - LastProgress >= GiveUpAfter)
        {
            return new TransferStep(TransferAction.GiveUp);
        }
        _timer.TimedOut();
        return Send(now, Heard ? _windowSize : 1);
    }

    // An agreed timeout of a minute still gets its second and third try.
    private TimeSpan GiveUpAfter => agreed.Timeout * 3 is { } wait && wait > settings.GiveUpAfter ? wait : settings.GiveUpAfter;

    private TransferStep Advanced(int blocks, TimeSpan now)
    {
        _acknowledged += blocks;
        if (_measurable && _acknowledged == _sent)
        {
            _timer.Measured(now - _sentAt);
        }
        Heard = true;
        LastProgress = now;
        _tries = 0;
        _gapAnswered = false;
        _timer.Progressed();
        if (_acknowledged == LastBlock)
        {
            return new TransferStep(TransferAction.Finish);
        }
        // An ACK inside the window tells of a gap (RFC 7440 §4): go on behind it, but only if the client can have seen what was
        // sent last. Clients that acknowledge each block of a window would otherwise get most blocks twice.
        return _acknowledged == _sent || AnswersLastWindow(now) ? Send(now, _windowSize) : TransferStep.Wait;
    }

    /// <summary>
    /// The same ACK again. In lock step it never triggers DATA (Sorcerer's apprentice, RFC 1123 §4.2.3.1). In a window it is how a
    /// client says, once, that the first block was lost; a duplicate made by the network comes sooner than a round trip.
    /// </summary>
    private TransferStep Repeated(TimeSpan now)
    {
        if (_windowSize == 1 || _sent == _acknowledged || _gapAnswered || !AnswersLastWindow(now))
        {
            return TransferStep.Wait;
        }
        _gapAnswered = true;
        return Send(now, _windowSize);
    }

    private bool AnswersLastWindow(TimeSpan now) => _timer.Fastest is { } roundTrip && now - _sentAt >= roundTrip / 2;

    private TransferStep Send(TimeSpan now, int window)
    {
        _tries++;
        _sentAt = now;
        if (_acknowledged < 0)
        {
            _measurable = _tries == 1;
            return new TransferStep(TransferAction.SendOptionAck);
        }
        var first = _acknowledged + 1;
        var count = (int)Math.Min(window, LastBlock - _acknowledged);
        _measurable = first > _highest;
        Retransmissions += Math.Clamp(_highest - _acknowledged, 0, count);
        _sent = _acknowledged + count;
        _highest = Math.Max(_highest, _sent);
        return new TransferStep(TransferAction.SendData, first, count);
    }
}
