using Matchbox.Appliance.Settings;
using Matchbox.Core.Catalogs;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox check</c>: every fault of the settings and the declared folder, one a line; exit code 1 when there is one.</summary>
internal static class CheckCommand
{
    public static int Run(SettingsOrigin origin, TextWriter output)
    {
        var reading = origin.Read();
        foreach (var line in reading.Notes.Select(note => $"{note.At}: note: {note.Text}").Concat(reading.Faults.Select(fault => fault.ToString())))
        {
            output.WriteLine(line);
        }
        if (reading.Settings is not { } settings)
        {
            output.WriteLine(Count(reading.Faults.Count, "fault"));
            return ExitCode.Fault;
        }
        output.WriteLine($"{origin.File ?? "no settings file"}: good ({Count(settings.Subnets.Length, "network")}, {Count(settings.Machines.Length, "machine")})");
        var catalog = CatalogFolder.Read(settings.DataPath, settings.HintsOff);
        foreach (var line in catalog.Notes.Select(note => $"note: {note}").Concat(catalog.Faults.Select(fault => (fault with { File = Path.Combine(settings.DataPath, fault.File) }).ToString())))
        {
            output.WriteLine(line);
        }
        output.WriteLine(catalog.Faults.IsEmpty
            ? $"{settings.DataPath}: good ({Count(catalog.Catalog.Groups.Length, "group")}, {Count(catalog.Catalog.Profiles.Count, "profile")})"
            : Count(catalog.Faults.Length, "fault"));
        return catalog.Faults.IsEmpty ? ExitCode.Ok : ExitCode.Fault;
    }

    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
