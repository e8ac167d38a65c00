using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>
/// Keys of a config's JSON that its version does not know. A key in other letters than the schema's counts as unknown, though it is read.
/// </summary>
internal static class UnusedKeys
{
    public static void Find(Record config, int version, JsonNode root, Report report) =>
        Find(config.Type, config, version, root, DocumentPath.Root, config.Type == Spec2.Config.Type, report);

    private static void Find(
        StructType type, Record? record, int version, JsonNode node, DocumentPath at, bool isSpec2, Report report)
    {
        if (node.Kind != JsonKind.Object)
        {
            if (isSpec2)
            {
                return;
            }
            report.Warn(
                at,
                $"context tree does not match content tree at {at}. "
                + "Line and column reporting may be inconsistent. Unused keys may not be reported.");
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in node.Members)
        {
            if (type.ByJson(member.Key, version) is null && seen.Add(member.Key))
            {
                Tell(type, version, member.Key, at.AppendKey(member.Key), isSpec2, report);
            }
        }
        foreach (var field in type.Fields)
        {
            if (field.IsSugar || !field.IsKnownTo(version) || IgnitionDocument.Last(node, field.Json) is not { } member)
            {
                continue;
            }
            if (field.Kind == FieldKind.Struct && (record?.Struct(field) is not null || !IsPointer(field, version)))
            {
                Find(field.Type!, record?.Struct(field), version, member.Value, at.Append(field.Json), isSpec2, report);
            }
            else if (field.Kind == FieldKind.StructList && member.Value.Kind == JsonKind.Array)
            {
                var items = record?.List(field) ?? [];
                for (var i = 0; i < Math.Min(items.Count, member.Value.Items.Count); i++)
                {
                    Find(field.Type!, items[i], version, member.Value.Items[i], at.Append(field.Json).Append(i), isSpec2, report);
                }
            }
        }
    }

    private static void Tell(StructType type, int version, string key, DocumentPath at, bool isSpec2, Report report)
    {
        if (!isSpec2)
        {
            report.Warn(at, "Unused key " + key);
            return;
        }
        report.Warn(at, "Config has unrecognized key: " + key);
        foreach (var field in type.Fields)
        {
            if (field.IsKnownTo(version) && IgnitionDecoder.FoldsTo(key, field.Json))
            {
                report.Add(new Finding(Severity.Info, at, $"Did you mean {field.Json} instead of {key}"));
            }
        }
    }

    private static bool IsPointer(Field field, int version) => field.IsOptional && version <= field.OptionalUntil;
}
