namespace Matchbox.Tftp.Transfers;

/// <summary>How long to wait for an answer: adaptive with backoff (RFC 1123 §4.2.3.2), estimated as RFC 6298 §2 does.</summary>
internal sealed class RetransmissionTimer(TftpSettings settings, TimeSpan? agreed)
{
    private TimeSpan _smoothed;
    private TimeSpan _variation;
    private int _backoff;

    /// <summary>The shortest round trip seen; null before the first.</summary>
    public TimeSpan? Fastest { get; private set; }

    /// <summary>The present wait.</summary>
    public TimeSpan Wait
    {
        get
        {
            if (agreed is { } fixedWait)
            {
                return fixedWait;
            }
            var wait = Fastest is null ? settings.FirstRetransmission : Max(settings.ShortestRetransmission, _smoothed + (4 * _variation));
            for (var i = 0; i < _backoff && wait < settings.LongestRetransmission; i++)
            {
                wait *= 2;
            }
            return wait < settings.LongestRetransmission ? wait : settings.LongestRetransmission;
        }
    }

    /// <summary>One measured round trip, of packets that were sent once (Karn's rule).</summary>
    public void Measured(TimeSpan roundTrip)
    {
        if (Fastest is null)
        {
            _smoothed = roundTrip;
            _variation = roundTrip / 2;
            Fastest = roundTrip;
            return;
        }
        _variation += ((_smoothed - roundTrip).Duration() - _variation) / 4;
        _smoothed += (roundTrip - _smoothed) / 8;
        Fastest = roundTrip < Fastest ? roundTrip : Fastest;
    }

    public void TimedOut() => _backoff++;

    public void Progressed() => _backoff = 0;

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
