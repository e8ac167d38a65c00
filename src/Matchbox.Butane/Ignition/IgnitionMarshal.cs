using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>
/// Writes configs as Go's encoding/json writes Ignition's own structs: each struct, also one without content; no pointer that is not
/// set, no empty list; a value that is set although it is empty.
/// </summary>
public static class IgnitionMarshal
{
    /// <summary>A config that holds nothing, its version included, which no Ignition reads.</summary>
    public static ReadOnlyMemory<byte> Nothing { get; } = Write(new Record(Config.Type), 4);

    /// <param name="config">A config, <see cref="Config.Type"/>.</param>
    /// <param name="version">The spec's minor version, from 3 on.</param>
    /// <returns>Compact UTF-8 without a newline at the end.</returns>
    public static byte[] Write(Record config, int version)
    {
        using var json = new JsonBuffer(pretty: false, shortEscapes: true);
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
            if (!field.IsSugar && field.IsKnownTo(version))
            {
                Write(json, record, field, version);
            }
        }
        json.Close('}');
    }

    private static void Write(JsonBuffer json, Record record, Field field, int version)
    {
        if (field.Kind == FieldKind.Struct)
        {
            json.Key(field.Json);
            Write(json, record.Struct(field) ?? new Record(field.Type!), version);
            return;
        }
        if (version > field.WrittenUntil && record.IsZero(field, version))
        {
            return;
        }
        json.Key(field.Json);
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
                // Of what is always written only texts may be missing in spec 3.3 and later.
                json.Text("");
                break;
        }
    }
}
