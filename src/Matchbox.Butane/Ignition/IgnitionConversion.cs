using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>Copies a config from one version of the spec into another, field by field of the same name.</summary>
internal sealed class IgnitionConversion(int from, int to)
{
    // Earlier than 3.6 these bits were accepted and had no effect.
    private const long SpecialBits = 0xe00;
    private const int SpecialBitsSince = 6;

    /// <summary>Fields with content that the other version does not have, with their places (JSON keys).</summary>
    public List<(DocumentPath At, Field Field)> Lost { get; } = [];

    public Record Convert(Record config)
    {
        if (config.Type != Config.Type)
        {
            throw new ArgumentException("not a config of spec 3", nameof(config));
        }
        var converted = Copy(config, config.Type, DocumentPath.Root);
        converted.Open(Config.Ignition).Set(IgnitionSection.Version, IgnitionVersion.Of(to).ToString());
        return converted;
    }

    private Record Copy(Record record, StructType type, DocumentPath at)
    {
        var copy = new Record(type) { Origin = record.Origin };
        foreach (var field in record.Type.Fields)
        {
            if (field.IsSugar || !field.IsKnownTo(from))
            {
                continue;
            }
            if (type.ByJson(field.Json, to) is { } target)
            {
                Copy(record, field, copy, target, at);
            }
            else if (!record.IsZero(field, from))
            {
                Lost.Add((at.Append(field.Json), field));
            }
        }
        return copy;
    }

    private void Copy(Record record, Field field, Record copy, Field target, DocumentPath at)
    {
        switch (record[field])
        {
            case Record child:
                copy.Set(target, Copy(child, target.Type!, at.Append(field.Json)));
                break;
            case List<Record> children:
                for (var i = 0; i < children.Count; i++)
                {
                    copy.Add(target, Copy(children[i], target.Type!, at.Append(field.Json).Append(i)));
                }
                break;
            case List<string> texts:
                copy.Set(target, texts);
                break;
            case long mode when from < SpecialBitsSince && to >= SpecialBitsSince && IsMode(field):
                copy.Set(target, mode & ~SpecialBits);
                break;
            case null when field.Kind == FieldKind.Text && !field.IsOptional && target.IsOptional:
                copy.Set(target, "");                        // always there in the old version, if only empty
                break;
            default:
                copy[target] = record[field];
                break;
        }
    }

    private static bool IsMode(Field field) => field == FileNode.Mode || field == DirectoryNode.Mode;
}
