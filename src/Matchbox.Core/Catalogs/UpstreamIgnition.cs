using System.Globalization;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// Ignition configs as poseidon/matchbox serves them: whatever spec 3.0 to 3.4 they are of, read by Ignition's library and written
/// anew as 3.4.0. What that library does not take becomes a config without content there, and with the status 200.
/// </summary>
internal static class UpstreamIgnition
{
    /// <summary>The minor version of the one spec that it writes.</summary>
    public const int Version = 4;

    private const string NoTranslator = "No translator exists for variant openshift with version 4.";

    /// <summary>What it serves where its library refuses a config.</summary>
    public static ReadOnlyMemory<byte> Nothing => IgnitionMarshal.Nothing;

    /// <summary>The config in that form; null: it is of a newer spec.</summary>
    public static byte[]? Of(Butane.Schema.Record config, int version) =>
        version > Version ? null : IgnitionMarshal.Write(IgnitionUpgrade.To(config, version, Version), Version);

    /// <summary>
    /// A config of ours that is Ignition already. Of spec 2, or newer than 3.4, it is served as it is: the machine's Ignition may well read it.
    /// </summary>
    public static RenderedConfig Raw(string path, ReadOnlyMemory<byte> source)
    {
        var isRead = IgnitionReader.TryRead(source.Span, out var document, out var report, out var error);
        if (isRead && error is null && !document!.IsSpec2)
        {
            var content = new IgnitionContent(source, document.Version);
            return Of(document.Config, document.Version) is { } bytes
                ? new RenderedConfig(bytes, null, null) { Ignition = content, IsUpstreamForm = true }
                : new RenderedConfig(source, null, null) { Ignition = content };
        }
        if (error is null || !isRead && error == IgnitionReader.Unsupported)
        {
            return new RenderedConfig(source, null, null);
        }
        var fault = report.Findings.FirstOrDefault(finding => finding.Severity == Severity.Error);
        var reason = fault is null ? $"{path}: {error}" : string.Create(CultureInfo.InvariantCulture, $"{path}:{fault.Line}:{fault.Column}: {fault.Message} ({fault.Path})");
        return new RenderedConfig(null, reason, null);
    }

    /// <summary>Butane's words for an OpenShift config, which the real one would make a MachineConfig of: 4.8.0 to 4.22.0.</summary>
    public static bool IsOpenShift(string? failure) =>
        failure?.StartsWith(NoTranslator, StringComparison.Ordinal) == true
        && failure[NoTranslator.Length..].Split('.') is [var minor, "0"]
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 8 and <= 22;
}
