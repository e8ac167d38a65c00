using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Rest.Catalogs;

/// <summary>JSON merge patch (RFC 7396).</summary>
internal static class MergePatch
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256 };
    private static readonly JsonWriterOptions Writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 512 };

    /// <summary>The document with the patch in it, indented; of names that stand twice, the last counts.</summary>
    /// <exception cref="ProblemException">One of the two is no JSON.</exception>
    public static byte[] Apply(ReadOnlyMemory<byte> document, ReadOnlyMemory<byte> patch)
    {
        using var change = Read(patch, "the patch");
        using var present = Read(document, "the document as it is");
        var merged = new ArrayBufferWriter<byte>();
        try
        {
            using var writer = new Utf8JsonWriter(merged, Writing);
            Write(writer, present.RootElement, change.RootElement);
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(ProblemKind.MalformedJson, "a name or a text holds half of a surrogate pair");
        }
        merged.Write("\n"u8);
        return merged.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(writer);
            return;
        }
        var changes = Members(patch);
        writer.WriteStartObject();
        foreach (var (name, value) in target is { ValueKind: JsonValueKind.Object } present ? Members(present) : [])
        {
            if (!changes.Remove(name, out var change))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
            else if (change.ValueKind != JsonValueKind.Null)
            {
                writer.WritePropertyName(name);
                Write(writer, value, change);
            }
        }
        foreach (var (name, change) in changes)
        {
            if (change.ValueKind != JsonValueKind.Null)
            {
                writer.WritePropertyName(name);
                Write(writer, null, change);
            }
        }
        writer.WriteEndObject();
    }

    private static OrderedDictionary<string, JsonElement> Members(JsonElement element)
    {
        var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }
        return members;
    }

    private static JsonDocument Read(ReadOnlyMemory<byte> json, string what)
    {
        try
        {
            return JsonDocument.Parse(json, Reading);
        }
        catch (JsonException fault)
        {
            var (line, column) = ((int)(fault.LineNumber ?? 0) + 1, (int)(fault.BytePositionInLine ?? 0) + 1);
            throw new ProblemException(ProblemKind.MalformedJson, $"{what} is no JSON (line {line}, column {column})",
                new ProblemError { Line = line, Column = column, Detail = $"{what} is no JSON" });
        }
    }
}
