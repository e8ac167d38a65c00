using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>Writes configs as Butane does: keys in the order of the schema, structs without content left out at any depth.</summary>
public static class IgnitionJson
{
    /// <param name="config">A config, <see cref="Config.Type"/>, or any struct of one.</param>
    /// <param name="version">The spec's minor version; fields that it does not know are not written.</param>
    /// <param name="pretty">Indented by two spaces, or in one line.</param>
    /// <returns>UTF-8 without a newline at the end.</returns>
    public static byte[] Write(Record config, int version, bool pretty)
    {
        using var json = new JsonBuffer(pretty);
        Write(json, config, version);
        return json.ToArray();
    }

    private static void Write(JsonBuffer json, Record record, int version)
    {
        json.Open('{');
        var fields = record.Type.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            if (!field.IsSugar && field.IsKnownTo(version) && (version <= field.WrittenUntil || !record.IsZero(field, version)))
            {
                json.Key(field.Json);
                Write(json, record, field, version);
            }
        }
        json.Close('}');
    }

    private static void Write(JsonBuffer json, Record record, Field field, int version)
    {
        switch (record[field])
        {
            case string text:
                json.Text(text);
                break;
            case long number:
                json.Number(number);
                break;
            case bool flag:
                json.Flag(flag);
                break;
            case Record child:
                Write(json, child, version);
                break;
            case List<string> texts:
                json.Open('[');
                foreach (var text in texts)
                {
                    json.Item();
                    json.Text(text);
                }
                json.Close(']');
                break;
            case List<Record> children:
                json.Open('[');
                foreach (var child in children)
                {
                    json.Item();
                    Write(json, child, version);
                }
                json.Close(']');
                break;
            default:
                WriteMissing(json, field);
                break;
        }
    }

    // A field that is always written: an optional one says null, like a list; a plain one its empty value.
    private static void WriteMissing(JsonBuffer json, Field field)
    {
        switch (field.Kind)
        {
            case FieldKind.Text when !field.IsOptional:
                json.Text("");
                break;
            case FieldKind.Number when !field.IsOptional:
                json.Number(0);
                break;
            case FieldKind.Flag when !field.IsOptional:
                json.Flag(false);
                break;
            case FieldKind.Struct when !field.IsOptional:
                json.Open('{');
                json.Close('}');
                break;
            default:
                json.Null();
                break;
        }
    }
}
