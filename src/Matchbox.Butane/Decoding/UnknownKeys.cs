using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Decoding;

/// <summary>Keys that no field takes, struct by struct in the order of the schema (Ignition's ValidateUnusedKeys).</summary>
internal sealed class UnknownKeys(SourceMap source, Func<StructType, int> level, Report report)
{
    public void Check(params ReadOnlySpan<Record> roots)
    {
        CheckKeys(roots, DocumentPath.Root);
        foreach (var root in roots)
        {
            CheckFields(root, DocumentPath.Root);
        }
    }

    private void CheckFields(Record record, DocumentPath at)
    {
        var version = level(record.Type);
        foreach (var field in record.Type.Fields)
        {
            if (field.IsJsonOnly || !field.IsKnownTo(version))
            {
                continue;
            }
            switch (field.Kind)
            {
                // A struct that is not there is walked as well: its section may be null in the text.
                case FieldKind.Struct when record.Struct(field) is { } inner:
                    CheckStruct(inner, at.Append(field.Yaml));
                    break;
                case FieldKind.Struct when !field.IsOptional || version > field.OptionalUntil:
                    CheckStruct(new Record(field.Type!), at.Append(field.Yaml));
                    break;
                case FieldKind.StructList:
                    var list = at.Append(field.Yaml);
                    for (var i = 0; i < record.List(field).Count; i++)
                    {
                        CheckStruct(record.List(field)[i], list.Append(i));
                    }
                    break;
            }
        }
    }

    private void CheckStruct(Record record, DocumentPath at)
    {
        if (source.Find(at) is null)
        {
            // Nothing of it is in the text: nor is anything of what is in it.
            return;
        }
        CheckKeys([record], at);
        CheckFields(record, at);
    }

    private void CheckKeys(ReadOnlySpan<Record> records, DocumentPath at)
    {
        if (source.Find(at) is not { } node)
        {
            return;
        }
        if (node.Kind != YamlKind.Mapping)
        {
            report.Warn(at, $"context tree does not match content tree at {at}. Line and column reporting may be inconsistent. Unused keys may not be reported");
            return;
        }
        for (var i = 0; i < node.Content.Count; i += 2)
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
