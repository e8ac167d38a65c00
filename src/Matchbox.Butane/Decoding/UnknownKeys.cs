using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Decoding;

/// <summary>Keys that no field takes, struct by struct in the order of the schema (Ignition's ValidateUnusedKeys).</summary>
internal sealed class UnknownKeys(SourceMap source, Func<StructType, int> level, Report report)
{
    public void Check(params ReadOnlySpan<Record> roots)
    {
        CheckKeys(roots, source.Root, DocumentPath.Root);
        foreach (var root in roots)
        {
            CheckFields(root, source.Root, DocumentPath.Root);
        }
    }

    private void CheckFields(Record record, YamlNode node, DocumentPath at)
    {
        var version = level(record.Type);
        foreach (var field in record.Type.Fields)
        {
            if (field.IsJsonOnly || !field.IsKnownTo(version) || field.Kind is not (FieldKind.Struct or FieldKind.StructList) || source.Find(node, field.Yaml) is not { } value)
            {
                // What is not in the text has nothing in it that is.
                continue;
            }
            if (field.Kind == FieldKind.StructList)
            {
                var list = at.Append(field.Yaml);
                var items = record.List(field);
                for (var i = 0; i < items.Count && SourceMap.Find(value, i) is { } item; i++)
                {
                    CheckStruct(items[i], item, list.Append(i));
                }
            }
            // A struct that is not there is walked as well: its section may be null in the text.
            else if ((record.Struct(field) ?? (!field.IsOptional || version > field.OptionalUntil ? new Record(field.Type!) : null)) is { } inner)
            {
                CheckStruct(inner, value, at.Append(field.Yaml));
            }
        }
    }

    private void CheckStruct(Record record, YamlNode node, DocumentPath at)
    {
        CheckKeys([record], node, at);
        CheckFields(record, node, at);
    }

    private void CheckKeys(ReadOnlySpan<Record> records, YamlNode node, DocumentPath at)
    {
        if (node.Kind != YamlKind.Mapping)
        {
            report.Warn(at, $"context tree does not match content tree at {at}. Line and column reporting may be inconsistent. Unused keys may not be reported");
            return;
        }
        for (var i = 0; i < node.Content.Length; i += 2)
        {
            var key = node.Content[i].Value;
            var isKnown = false;
            foreach (var record in records)
            {
                isKnown |= record.Type.ByYaml(key, level(record.Type)) is not null;
            }
            if (!isKnown)
            {
                report.Warn(at.AppendKey(key), $"unused key {key}");
            }
        }
    }
}
