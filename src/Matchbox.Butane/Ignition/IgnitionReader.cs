using System.Diagnostics.CodeAnalysis;
using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>
/// Reads Ignition's JSON of spec 3.0.0 to 3.7.0-experimental and says what Ignition itself says about it. Spec 2.0.0 to 2.4.0 is read
/// too, as Flatcar's Ignition does.
/// </summary>
public static class IgnitionReader
{
    internal const string Invalid = "config is not valid";

    /// <summary>The error of a config whose version is none that is known.</summary>
    public const string Unsupported = "unsupported config version";

    /// <param name="json">The config.</param>
    /// <param name="document">What it holds, also when its content is not valid; null when it could not be read.</param>
    /// <param name="report">Findings with their lines and columns (bytes); 0 where the source has no place for them.</param>
    /// <param name="error">Why Ignition refuses it, in its words; null: it takes it.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> json, [NotNullWhen(true)] out IgnitionDocument? document, out Report report, out string? error)
    {
        document = null;
        report = new Report();
        if (json.IsEmpty)
        {
            error = "not a config (empty)";
            return false;
        }
        var lines = new LineIndex(json);
        if (!GoJson.TryParse(json, out var root, out var fault) || !TryFindVersion(root, out var text, out fault))
        {
            error = Fail(report, fault, lines);
            return false;
        }
        if (!SemanticVersion.TryParse(text, out _))
        {
            error = "invalid config version (couldn't parse)";
            return false;
        }
        var isOld = IgnitionVersion.TryParseOld(text, out var version);
        if (!isOld && !IgnitionVersion.TryParse(text, out version))
        {
            error = Unsupported;
            return false;
        }
        var decoder = new IgnitionDecoder(isOld ? Spec2.Config.Type : Config.Type, version);
        var config = decoder.Decode(root);
        if (decoder.Fault is { } mismatch)
        {
            error = Fail(report, mismatch, lines);
            return false;
        }
        document = new IgnitionDocument(config, version, root, lines);
        var found = new Report();
        if (isOld)
        {
            Spec2.Ignition2Rules.Validate(config, version, found);
            UnusedKeys.Find(config, version, root, found);
        }
        else
        {
            Check(config, version, root, found);
        }
        foreach (var finding in found.Findings)
        {
            var (line, column) = document.Locate(finding.Path);
            report.Add(finding with { Line = line, Column = column });
        }
        error = report.IsFatal ? Invalid : null;
        return true;
    }

    /// <summary>Reads JSON as a config of one version, whichever it says it has.</summary>
    internal static bool TryDecode(
        ReadOnlySpan<byte> json,
        int version,
        [NotNullWhen(true)] out Record? config,
        [NotNullWhen(true)] out JsonNode? root,
        out JsonFault fault)
    {
        config = null;
        if (!GoJson.TryParse(json, out root, out fault))
        {
            return false;
        }
        var decoder = new IgnitionDecoder(Config.Type, version);
        config = decoder.Decode(root);
        fault = decoder.Fault ?? default;
        return decoder.Fault is null;
    }

    /// <summary>All that Ignition says about a config that it has read, without places.</summary>
    internal static void Check(Record config, int version, JsonNode root, Report report)
    {
        IgnitionRules.Validate(config, version, report);
        IgnitionRules.FindDuplicates(config, version, report);
        UnusedKeys.Find(config, version, root, report);
    }

    // Before all else Ignition looks for the version alone, and only what stands in its way is told then.
    private static bool TryFindVersion(JsonNode root, out string version, out JsonFault fault)
    {
        version = "";
        fault = default;
        if (root.Kind is not (JsonKind.Object or JsonKind.Null))
        {
            fault = Mismatch(root, "Go value of type util.versionStub");
            return false;
        }
        foreach (var section in Members(root, "ignition"))
        {
            if (section.Kind is not (JsonKind.Object or JsonKind.Null))
            {
                fault = Mismatch(section, "Go struct field versionStub.Ignition of type struct { Version string }");
                return false;
            }
            foreach (var value in Members(section, "version"))
            {
                if (value.Kind is not (JsonKind.Text or JsonKind.Null))
                {
                    fault = Mismatch(value, "Go struct field .Ignition.Version of type string");
                    return false;
                }
                version = value.Kind == JsonKind.Text ? value.Text : version;
            }
        }
        return true;
    }

    private static IEnumerable<JsonNode> Members(JsonNode node, string key) => node.Kind != JsonKind.Object
        ? []
        : node.Members.Where(member => IgnitionDecoder.FoldsTo(member.Key, key)).Select(static member => member.Value);

    private static JsonFault Mismatch(JsonNode node, string target)
    {
        var fault = IgnitionDecoder.Mismatch(node, isNumber: false);
        return fault with { Message = $"json: cannot unmarshal {fault.Message} into {target}" };
    }

    private static string Fail(Report report, JsonFault fault, LineIndex lines)
    {
        var (line, column) = lines.Locate(fault.Offset);
        report.Add(new Finding(Severity.Error, DocumentPath.Root, fault.Message) { Line = line, Column = column });
        return Invalid;
    }
}
