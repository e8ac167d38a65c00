using System.Reflection;
using Matchbox.Core.Health;

namespace Matchbox.Http.Rest;

/// <summary>Gathers what all parts say of themselves. Thread-safe.</summary>
public sealed class HealthReport(IEnumerable<IHealthCheck> checks, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private volatile bool _serving;

    /// <summary>The version of this program.</summary>
    public static string Version { get; } =
        typeof(HealthReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Between start and stop: what load balancers and systemd want to know.</summary>
    public bool Serving
    {
        get => _serving;
        set => _serving = value;
    }

    public HealthView Now()
    {
        var findings = checks.SelectMany(check => check.Check()).ToArray();
        var worst = findings.Length == 0 ? HealthState.Ok : findings.Max(finding => finding.State);
        return new HealthView
        {
            Status = (Serving ? worst : HealthState.Failed).ToString().ToLowerInvariant(),
            Version = Version,
            StartedAt = _startedAt,
            UptimeSeconds = (long)clock.GetElapsedTime(_start).TotalSeconds,
            Findings = [.. findings.Select(finding => new FindingView(finding.Name, finding.State.ToString().ToLowerInvariant(), finding.Text))],
        };
    }
}
