using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Sugar;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane;

/// <summary>How to convert.</summary>
public sealed record ButaneOptions
{
    /// <summary>JSON indented by two spaces.</summary>
    public bool Pretty { get; init; }

    /// <summary>Local files that the config may name; null: none.</summary>
    public ILocalFiles? Files { get; init; }
}

/// <summary>What a Butane config became.</summary>
/// <param name="Output">The Ignition config as JSON, without a newline at its end; null when there is none.</param>
/// <param name="Report">What was found, in the order of the real tool.</param>
/// <param name="Failure">Why there is no output, in the real tool's words; null when there is one.</param>
public sealed record ButaneResult(byte[]? Output, Report Report, string? Failure)
{
    /// <summary>The dialect that the config is in; null when it names none that is known.</summary>
    public Dialect? Dialect { get; init; }

    /// <summary>The Ignition config; null as <see cref="Output"/>.</summary>
    public Record? Config { get; init; }

    /// <summary>What the adviser needs beside the report.</summary>
    internal Decoded Decoded { get; init; }
}

/// <summary>A config as far as it could be read.</summary>
internal readonly record struct Decoded(YamlNode? Root, Record? Config, Record? Fedora, IReadOnlyList<Mismatch> Mismatches, string Variant);

/// <summary>
/// Butane to Ignition, as the real <c>butane</c> 0.29.0 does it: the same bytes, the same findings. Pure: bytes in, bytes and a
/// report out, for any input whatsoever.
/// </summary>
public static class ButaneConverter
{
    private static readonly Field CommonVersion = Field.Text("version");
    private static readonly Field CommonVariant = Field.Text("variant");
    private static readonly StructType CommonFields = new("commonFields", CommonVersion, CommonVariant);

    /// <summary>Converts a config. Any bytes will do: what is no config is refused, with the reason.</summary>
    public static ButaneResult Convert(ReadOnlySpan<byte> source, ButaneOptions options)
    {
        var report = new Report();
        if (!YamlReader.TryRead(source, out var root, out var error))
        {
            return new ButaneResult(null, report, $"Error unmarshaling yaml: {error}");
        }
        if (ReadDialect(root, out var variant, out var failure) is not { } dialect)
        {
            return new ButaneResult(null, report, failure) { Decoded = new Decoded(root, null, null, [], variant) };
        }
        var config = Convert(root!, dialect, options, report, out var decoded, out failure);
        return new ButaneResult(config is null ? null : IgnitionJson.Write(config, dialect.Ignition, options.Pretty), Located(report, root!), failure)
        {
            Dialect = dialect,
            Config = config,
            Decoded = decoded,
        };
    }

    private static Record? Convert(YamlNode root, Dialect dialect, ButaneOptions options, Report report, out Decoded decoded, out string? failure)
    {
        var config = new Record(Config.Type);
        var fedora = dialect.Variant == Variant.FedoraCoreOs ? new Record(FedoraConfig.Type) : null;
        ReadOnlySpan<Record> into = fedora is null ? [config] : [config, fedora];
        var decoder = new ConfigDecoder(dialect.LevelOf, dialect.GoName);
        failure = decoder.Decode(root, into);
        decoded = new Decoded(root, config, fedora, decoder.Mismatches, dialect.Name);
        if (failure is not null)
        {
            return null;
        }
        new UnknownKeys(new SourceMap(root), dialect.LevelOf, report).Check(into);
        new SourceRules(dialect, report).Check(config, fedora);
        failure = "source config is invalid";
        if (report.IsFatal)
        {
            return null;
        }
        var result = new Translator(dialect, new LocalReader(options.Files), report).Translate(config, fedora);
        if (report.IsFatal || result is null)
        {
            return null;
        }
        var origins = new OriginMap(result, dialect.Ignition);
        var forbidden = new Report();
        ForbiddenFields.Check(result, dialect, forbidden);
        AddTraced(report, forbidden, origins);
        if (report.IsFatal)
        {
            return null;
        }
        var findings = new Report();
        IgnitionRules.FindDuplicates(result, dialect.Ignition, findings);
        IgnitionRules.Validate(result, dialect.Ignition, findings);
        AddTraced(report, findings, origins);
        failure = report.IsFatal ? "config generated was invalid" : null;
        return report.IsFatal ? null : result;
    }

    private static Dialect? ReadDialect(YamlNode? root, out string variant, out string? failure)
    {
        variant = "";
        var common = new Record(CommonFields);
        if (root is not null && new ConfigDecoder(static _ => 0, static (name, _) => $"config.{name}").Decode(root, common) is { } error)
        {
            failure = $"Error unmarshaling yaml: {error}";
            return null;
        }
        variant = common.Text(CommonVariant)!;
        if (variant.Length == 0)
        {
            failure = "error parsing variant; must be specified";
            return null;
        }
        if (!SemanticVersion.TryParse(common.Text(CommonVersion)!, out var parsed))
        {
            failure = "error parsing version; must be a valid semver";
            return null;
        }
        var version = parsed.ToString();
        failure = (variant, version) is ("rhcos", "0.1.0")
            ? "rhcos variant has been removed; use openshift variant instead: https://coreos.github.io/butane/upgrading-openshift/"
            : $"No translator exists for variant {variant} with version {version}";
        foreach (var dialect in Dialect.All)
        {
            if (dialect.Name == variant && dialect.Version == version)
            {
                return dialect;
            }
        }
        return null;
    }

    private static void AddTraced(Report report, Report findings, OriginMap origins) =>
        report.AddRange(findings.Findings.Select(finding => finding with { Path = origins.ToSource(finding.Path) }));

    private static Report Located(Report report, YamlNode root)
    {
        var source = new SourceMap(root);
        var located = new Report();
        foreach (var finding in report.Findings)
        {
            var (line, column) = source.Locate(finding.Path);
            located.Add(finding with { Line = line, Column = column });
        }
        return located;
    }
}
