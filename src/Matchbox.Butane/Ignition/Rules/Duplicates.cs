using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>Entries of one struct's lists that have the same key.</summary>
internal static class Duplicates
{
    private const string Message = "duplicate entry defined";

    public static Rule Find { get; } = static (record, version, at, report) =>
    {
        Dictionary<string, HashSet<string>>? spaces = null;
        var fields = record.Type.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            if (field.Kind is not (FieldKind.TextList or FieldKind.StructList)
                || field.IsSugar || field.IsConcatenated || !field.IsKnownTo(version) || !record.Has(field))
            {
                continue;
            }
            var keys = new HashSet<string>(StringComparer.Ordinal);
            if (field.KeySpace.Length > 0 && !(spaces ??= []).TryAdd(field.KeySpace, keys))
            {
                keys = spaces[field.KeySpace];
            }
            FindIn(record, field, keys, at, report);
        }
    };

    private static void FindIn(Record record, Field field, HashSet<string> keys, DocumentPath at, Report report)
    {
        if (field.Kind == FieldKind.TextList)
        {
            var texts = record.Texts(field);
            for (var i = 0; i < texts.Count; i++)
            {
                Add(texts[i], i);
            }
        }
        else if (field.Type!.Key is { } keyOf)
        {
            var items = record.List(field);
            for (var i = 0; i < items.Count; i++)
            {
                Add(keyOf(items[i]), i);
            }
        }

        void Add(string key, int item)
        {
            if (!keys.Add(key))
            {
                report.Error(at.Append(field.Json).Append(item), Message);
            }
        }
    }
}
