using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>Which configs a machine's Ignition reads, and what can be done for one that is too old.</summary>
public static class IgnitionCompatibility
{
    // The first Ignition 2.x that reads each stable spec, by minor numbers (coreos.github.io/ignition/specs).
    private static readonly int[] FirstReleases = [0, 3, 7, 11, 15, 20, 26];

    /// <summary>
    /// What a machine's Ignition can read at most. Ignition 0.x reads only spec 2, and so no spec 3 at all (-1).
    /// </summary>
    /// <param name="machine">An Ignition release such as <c>2.14.0</c>, or a spec such as <c>3.3.0</c>.</param>
    /// <param name="version">The spec's minor version.</param>
    public static bool TryParseMachine(string machine, out int version)
    {
        version = -1;
        if (IgnitionVersion.TryParse(machine, out version))
        {
            return true;
        }
        if (!SemanticVersion.TryParse(machine, out var release) || release.Major is not (0 or 2))
        {
            return false;
        }
        version = release.Major == 0 ? -1 : Array.FindLastIndex(FirstReleases, first => first <= release.Minor);
        return true;
    }

    /// <summary>
    /// The config as a machine can read it. An older one is read as it is. A newer one is given the machine's version if nothing in it
    /// needs a newer one; that is told by a warning. Otherwise errors name what needs it, and nothing is rendered.
    /// </summary>
    /// <param name="config">A config without faults.</param>
    /// <param name="version">Its version.</param>
    /// <param name="readable">The newest version that the machine reads.</param>
    /// <param name="report">Gets what was done, or what stands in the way, with JSON paths.</param>
    /// <param name="rendered">The version of the result.</param>
    public static Record? Render(Record config, int version, int readable, Report report, out int rendered)
    {
        rendered = version;
        if (version <= readable)
        {
            return config;
        }
        var at = DocumentPath.Root.Append("ignition").Append("version");
        var have = IgnitionVersion.Of(version);
        if (readable < 0)
        {
            report.Error(at, $"the machine's Ignition reads no spec 3 at all, and the config has {have}");
            return null;
        }
        var want = IgnitionVersion.Of(readable);
        var conversion = new IgnitionConversion(version, readable);
        var converted = conversion.Convert(config);
        foreach (var (place, field) in conversion.Lost)
        {
            var needed = IgnitionVersion.Of(Math.Max(field.Since, readable + 1));
            report.Error(place, $"needs Ignition spec {needed}, and the machine's Ignition reads up to {want}");
        }
        foreach (var finding in NewFindings(config, version, converted, readable))
        {
            report.Error(finding.Path, $"not so in Ignition spec {want}, the newest that the machine's Ignition reads: {finding.Message}");
        }
        if (report.IsFatal)
        {
            return null;
        }
        report.Warn(at, $"given version {want} for this machine instead of {have}: nothing in the config needs a newer one");
        rendered = readable;
        return converted;
    }

    // What the older version says and the newer did not, a warning as well as an error: it may mean another effect.
    private static IEnumerable<Finding> NewFindings(Record config, int version, Record converted, int readable)
    {
        var before = new Report();
        var after = new Report();
        IgnitionRules.Validate(config, version, before);
        IgnitionRules.Validate(converted, readable, after);
        var known = before.Findings.Select(static finding => (finding.Path.ToString(), finding.Message)).ToHashSet();
        return after.Findings.Where(finding => !known.Contains((finding.Path.ToString(), finding.Message)));
    }
}
