using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>
/// Writes configs as ct does, whose structs Go's <c>encoding/json</c> writes by <c>omitempty</c> alone: plain structs always stand
/// there, empty or not. <see cref="IgnitionJson"/> leaves them out.
/// </summary>
internal static class Ignition2Json
{
    /// <param name="config">A config, <see cref="Config.Type"/>.</param>
    /// <param name="version">The spec's minor version; fields that it does not know are not written.</param>
    /// <param name="isPretty">Indented, and with a newline at the end; else without any white space.</param>
    public static byte[] Write(Record config, int version, bool isPretty)
    {
        using var json = new JsonBuffer(isPretty, shortEscapes: true);
        WriteStruct(json, config, config.Type, version);
        byte[] written = json.ToArray();
        return isPretty ? [.. written, (byte)'\n'] : written;
    }

    private static void WriteStruct(JsonBuffer json, Record? record, StructType type, int version)
    {
        json.Open('{');
        foreach (var field in type.Fields)
        {
            if (IsWritten(record, field, version))
            {
                json.Key(field.Json);
                WriteValue(json, record, field, version);
            }
        }
        json.Close('}');
    }

    private static bool IsWritten(Record? record, Field field, int version)
    {
        if (!field.IsKnownTo(version))
        {
            return false;
        }
        if (version <= field.WrittenUntil || field is { Kind: FieldKind.Struct, IsOptional: false })
        {
            return true;
        }
        return record is not null && (field.IsOptional ? record.Has(field) : !record.IsZero(field, version));
    }

    private static void WriteValue(JsonBuffer json, Record? record, Field field, int version)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                json.Text(record?.Text(field));
                break;
            case FieldKind.Number:
                json.Number(record?.Number(field) ?? 0);
                break;
            case FieldKind.Flag:
                json.Flag(record?.Flag(field) == true);
                break;
            case FieldKind.Struct:
                WriteStruct(json, record?.Struct(field), field.Type!, version);
                break;
            case FieldKind.TextList:
                WriteList(json, record?.Texts(field) ?? [], item => json.Text(item));
                break;
            default:
                WriteList(json, record?.List(field) ?? [], item => WriteStruct(json, item, item.Type, version));
                break;
        }
    }

    private static void WriteList<T>(JsonBuffer json, IReadOnlyList<T> items, Action<T> write)
    {
        if (items.Count == 0)
        {
            json.Null();        // A list that was never filled: ct fills none with nothing.
            return;
        }
        json.Open('[');
        foreach (var item in items)
        {
            json.Item();
            write(item);
        }
        json.Close(']');
    }
}
