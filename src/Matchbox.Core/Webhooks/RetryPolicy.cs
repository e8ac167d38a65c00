namespace Matchbox.Core.Webhooks;

/// <summary>When a delivery is tried again, and when it is given up. Pure.</summary>
public sealed record RetryPolicy
{
    /// <summary>Tries of one delivery, the first included.</summary>
    public int MaxTries { get; init; } = 8;

    /// <summary>The wait after the first try; each further one doubles it.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait that doubling leads to.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest wait that a receiver may ask for.</summary>
    public TimeSpan LongestAsked { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Deliveries given up one after the other that pause a target.</summary>
    public int PauseAfter { get; init; } = 10;

    /// <summary>Does the status say that the receiver has it.</summary>
    public static bool IsDone(int status) => status is >= 200 and < 300;

    /// <summary>May another try go better: the receiver is overloaded (429), late (408) or broken (5xx).</summary>
    public static bool IsPassing(int status) => status is 408 or 429 or >= 500;

    /// <summary>
    /// The wait before the next try: half of the doubled wait is certain, the other half is shared out by chance, so that targets that
    /// failed together do not come back together. What the receiver asks for (<c>Retry-After</c>, RFC 9110 §10.2.3) is waited at least.
    /// </summary>
    /// <param name="tries">Tries so far, from 1.</param>
    /// <param name="chance">From 0 to below 1.</param>
    /// <param name="asked">What the receiver asked for; null: nothing.</param>
    public TimeSpan WaitAfter(int tries, double chance, TimeSpan? asked)
    {
        var doubled = tries > 30 ? Longest : TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << (tries - 1)));
        if (doubled < TimeSpan.Zero)
        {
            doubled = Longest;
        }
        var wait = (doubled / 2) + (doubled / 2 * chance);
        var least = asked is { } given && given > TimeSpan.Zero ? (given < LongestAsked ? given : LongestAsked) : TimeSpan.Zero;
        return wait > least ? wait : least;
    }
}
