namespace Matchbox.Core.Health;

/// <summary>How well a part is. Only <see cref="Failed"/> makes the appliance not ready.</summary>
public enum HealthState
{
    Ok,

    /// <summary>It serves, but a person should look: an interface that is down, settings that were refused.</summary>
    Degraded,

    /// <summary>It does not serve.</summary>
    Failed,
}

/// <summary>One finding, in words that an operator understands.</summary>
public readonly record struct HealthFinding(string Name, HealthState State, string Text);

/// <summary>A part that can say how it is. Asked by any thread; answers from memory at once.</summary>
public interface IHealthCheck
{
    IEnumerable<HealthFinding> Check();
}
