using Matchbox.Butane.Ignition;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Output;

/// <summary>
/// Writes a config as Go's <c>encoding/json</c> writes a struct whose fields say <c>omitempty</c>: plain structs always stand there,
/// empty or not.
/// </summary>
internal static class IgnitionWriter
{
    /// <param name="config">An Ignition config.</param>
    /// <param name="isPretty">Indented, and with a newline at the end; else without any white space.</param>
    public static byte[] Write(Record config, bool isPretty)
    {
        using var json = new JsonBuffer(isPretty, shortEscapes: true);
        WriteStruct(json, config, config.Type);
        byte[] written = json.ToArray();
        return isPretty ? [.. written, (byte)'\n'] : written;
    }

    private static void WriteStruct(JsonBuffer json, Record? record, StructType type)
    {
        json.Open('{');
        foreach (var field in type.Fields)
        {
            if (IsWritten(record, field))
            {
                json.Key(field.Json);
                WriteValue(json, record, field);
            }
        }
        json.Close('}');
    }

    private static bool IsWritten(Record? record, Field field)
    {
        if (field.WrittenUntil >= 0 || field is { Kind: FieldKind.Struct, IsOptional: false })
        {
            return true;
        }
        return record is not null && (field.IsOptional ? record.Has(field) : !record.IsZero(field, 0));
    }

    private static void WriteValue(JsonBuffer json, Record? record, Field field)
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
                WriteStruct(json, record?.Struct(field), field.Type!);
                break;
            case FieldKind.TextList:
                WriteList(json, record?.Texts(field) ?? [], static (json, item) => json.Text(item));
                break;
            default:
                WriteList(json, record?.List(field) ?? [], static (json, item) => WriteStruct(json, item, item.Type));
                break;
        }
    }

    private static void WriteList<T>(JsonBuffer json, IReadOnlyList<T> items, Action<JsonBuffer, T> write)
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
            write(json, item);
        }
        json.Close(']');
    }
}
