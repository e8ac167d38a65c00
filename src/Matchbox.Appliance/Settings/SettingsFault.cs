namespace Matchbox.Appliance.Settings;

/// <summary>Where a value was written: <c>file:line:column</c> (both from 1), or the variable or flag that gave it.</summary>
public readonly record struct SettingsPosition(string Source, int Line = 0, int Column = 0)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}

/// <summary>One thing that is wrong, with how to mend it.</summary>
public sealed record SettingsFault(SettingsPosition At, string Text)
{
    public override string ToString() => $"{At}: {Text}";
}

/// <summary>What reading gave: the settings, or every fault at once. Notes are worth a look and stop nothing.</summary>
public sealed record SettingsReading(ApplianceSettings? Settings, IReadOnlyList<SettingsFault> Faults, IReadOnlyList<SettingsFault> Notes);
