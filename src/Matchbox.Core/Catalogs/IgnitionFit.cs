using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;

namespace Matchbox.Core.Catalogs;

/// <summary>Gives a machine's Ignition a config that it can read, where that changes nothing but the number in it; and never says nothing.</summary>
public static class IgnitionFit
{
    private const string MediaType = "application/vnd.coreos.ignition+json";
    private const string Parameter = "version=";

    /// <summary>The newest spec that a request says it reads: <c>Accept: application/vnd.coreos.ignition+json;version=3.3.0, */*;q=0.1</c>. Null: it says none.</summary>
    public static string? SpecOf(string accept)
    {
        foreach (var range in accept.Split(','))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] == MediaType && Array.Find(parts, part => part.StartsWith(Parameter, StringComparison.Ordinal)) is { } version)
            {
                return version[Parameter.Length..];
            }
        }
        return null;
    }

    /// <summary>The config for a machine that reads <paramref name="spec"/>, and what a person should know of it; null: nothing.</summary>
    public static (ReadOnlyMemory<byte> Bytes, string? Note) For(RenderedConfig rendered, string? spec)
    {
        var bytes = rendered.Bytes!.Value;
        if (spec is null || rendered.Ignition is not { } document || !TryParseSpec(spec, out var readable)
            || Math.Max(document.Version, rendered.IsUpstreamForm ? UpstreamIgnition.Version : 0) <= readable)
        {
            return (bytes, null);
        }
        if (document.Version <= readable)
        {
            // Written as a newer spec only because poseidon/matchbox writes that one.
            return (IgnitionJson.Write(document.Config, document.Version, pretty: false), null);
        }
        var report = new Report();
        if (IgnitionCompatibility.Render(document.Config, document.Version, readable, report, out var version) is { } older)
        {
            return (IgnitionJson.Write(older, version, pretty: false),
                $"the config is of spec {IgnitionVersion.Of(document.Version)} and uses nothing newer than {IgnitionVersion.Of(version)}, which the machine's Ignition reads: given as that");
        }
        return (bytes, $"the machine's Ignition reads spec {spec} at most and will refuse the config, which is of {IgnitionVersion.Of(document.Version)}: {report.Findings[0].Message} ({report.Findings[0].Path})");
    }

    // Ignition 0.x says the newest spec 2 that it knows: it reads no spec 3.
    private static bool TryParseSpec(string spec, out int readable)
    {
        if (IgnitionVersion.TryParse(spec, out readable))
        {
            return true;
        }
        readable = -1;
        return spec.StartsWith("2.", StringComparison.Ordinal);
    }
}

/// <summary>An Ignition config of spec 3 that can be read. Kept as octets: few machines need more of it.</summary>
/// <param name="Json">Its octets.</param>
/// <param name="Version">The spec's minor version.</param>
public sealed record IgnitionContent(ReadOnlyMemory<byte> Json, int Version)
{
    /// <summary>The config, read anew at each call.</summary>
    public Butane.Schema.Record Config => IgnitionReader.TryRead(Json.Span, out var document, out _, out _)
        ? document.Config
        : throw new InvalidOperationException("a config that was read before");
}
