using Matchbox.Appliance.Settings;
using Matchbox.Core.Health;
using Matchbox.Core.Networks;

namespace Matchbox.Appliance.Hosting;

/// <summary>The settings that count now, swapped whole by a reload, and what was wrong with the last ones offered. Thread-safe.</summary>
public sealed class SettingsInUse(ApplianceSettings settings) : ISubnetSource, IHealthCheck
{
    private volatile Snapshot _now = new(settings, new SubnetTable(settings.Subnets));
    private volatile IReadOnlyList<SettingsFault> _faults = [];

    public ApplianceSettings Settings => _now.Settings;

    /// <summary>What was wrong with the settings that were offered last; none: they are in use.</summary>
    public IReadOnlyList<SettingsFault> Refused => _faults;

    /// <summary>What was changed since the start and counts only after another.</summary>
    public IEnumerable<string> WaitForRestart => SettingsReloader.RestartNeeded(settings, Settings);

    public SubnetTable Current => _now.Subnets;

    public void Replace(ApplianceSettings settings)
    {
        _now = new Snapshot(settings, new SubnetTable(settings.Subnets));
        _faults = [];
    }

    /// <summary>Keeps what is in use, and remembers why.</summary>
    public void Refuse(IReadOnlyList<SettingsFault> faults) => _faults = faults;

    public IEnumerable<HealthFinding> Check()
    {
        var faults = _faults;
        return faults.Count == 0
            ? []
            : [new HealthFinding("settings", HealthState.Degraded, $"the last change was refused, the settings before it are in use: {faults[0]}"
                + (faults.Count > 1 ? $" (and {faults.Count - 1} more: `matchbox check`)" : ""))];
    }

    private sealed record Snapshot(ApplianceSettings Settings, SubnetTable Subnets);
}
