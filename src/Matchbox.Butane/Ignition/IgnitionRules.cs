using Matchbox.Butane.Go;
using Matchbox.Butane.Ignition.Rules;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>
/// What Ignition v2.26.0 finds wrong in a config of spec 3.0 to 3.7.0-experimental, in its words, at its places (JSON keys) and in
/// its order: a struct itself first, then its fields.
/// </summary>
public static class IgnitionRules
{
    /// <summary>Entries of a list, or of lists that share their keys, that name the same thing twice.</summary>
    public static void FindDuplicates(Record config, int version, Report report) =>
        Walk(config, version, DocumentPath.Root, report, Duplicates.Find);

    /// <summary>Everything else.</summary>
    public static void Validate(Record config, int version, Report report) =>
        Walk(config, version, DocumentPath.Root, report, RuleTable.Check);

    /// <summary>
    /// What Butane says about a config that stands inside another as the text of something to merge or to replace by. Only a config
    /// of the very version that the outer one becomes is looked into.
    /// </summary>
    /// <param name="json">The inner config.</param>
    /// <param name="version">The outer config's spec.</param>
    /// <param name="at">The resource that holds it, in the outer document.</param>
    /// <param name="report">Findings in the inner config have the paths that they have there; in its syntax, none.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool ValidateInner(ReadOnlySpan<byte> json, int version, DocumentPath at, Report report)
    {
        if (!IgnitionReader.TryDecode(json, version, out var config, out var root, out var fault))
        {
            report.Error(DocumentPath.Root, fault.Message);
            report.Error(at.Append("inline"), IgnitionReader.Invalid);
            return false;
        }
        var text = config.Struct(Config.Ignition)?.Text(IgnitionSection.Version) ?? "";
        if (SemanticVersion.TryParse(text, out var parsed) && parsed != IgnitionVersion.Of(version))
        {
            report.Warn(at.Append("version"), "skipping validation for the merge/replace ignition config due to an unkown version");
            return true;
        }
        IgnitionReader.Check(config, version, root, report);
        return true;
    }

    private static void Walk(Record record, int version, DocumentPath at, Report report, Rule rule)
    {
        rule(record, version, at, report);
        var fields = record.Type.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            if (field.IsSugar || !field.IsKnownTo(version))
            {
                continue;
            }
            if (field.Kind == FieldKind.Struct && (record.Struct(field) ?? Missing(field)) is { } child)
            {
                Walk(child, version, at.Append(field.Json), report, rule);
            }
            else if (field.Kind == FieldKind.StructList && record.List(field) is { Count: > 0 } children)
            {
                var list = at.Append(field.Json);
                for (var item = 0; item < children.Count; item++)
                {
                    Walk(children[item], version, list.Append(item), report, rule);
                }
            }
        }
    }

    // A struct that is not there has nothing wrong, but for the one that must tell the version.
    private static Record? Missing(Field field) => field == Config.Ignition ? new Record(IgnitionSection.Type) : null;
}
