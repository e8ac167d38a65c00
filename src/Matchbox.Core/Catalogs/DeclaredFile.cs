using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// Reads one JSON file of the declared folder as Go's encoding/json does, which poseidon/matchbox uses: keys in any case, unknown
/// ones ignored, null changes nothing, of keys that stand twice texts and lists are replaced and objects merged. Gathers faults.
/// </summary>
internal sealed class DeclaredFile(string file, JsonText text, List<CatalogFault> faults, List<string> notes)
{
    private readonly int _faultsBefore = faults.Count;

    public JsonPart Root => text.Root;

    public bool IsSound => faults.Count == _faultsBefore;

    public void Fault(int offset, string what, string mend)
    {
        var (line, column) = text.PositionOf(offset);
        faults.Add(new CatalogFault(file, line, column, what, mend));
    }

    public void Note(int offset, string what)
    {
        var (line, column) = text.PositionOf(offset);
        notes.Add($"{file}:{line}:{column}: {what}");
    }

    /// <summary>Null passes for an object without members.</summary>
    public void RequireObject(JsonPart part, string what)
    {
        if (part.Kind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            Fault(part.Offset, $"{what} is {part.Describe()}, not an object", "write { ... }");
        }
    }

    /// <summary>The members of an object that have one of the known names, each as often as it stands there.</summary>
    public IEnumerable<(string Name, JsonMember Member)> Fields(JsonPart part, string what, params string[] known)
    {
        RequireObject(part, what);
        foreach (var member in part.Members)
        {
            if (Array.Find(known, name => name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)) is { } name)
            {
                yield return (name, member);
            }
            else
            {
                Note(member.Offset, $"the key \"{member.Name}\" of {what} is not known and not used");
            }
        }
    }

    public string TextOf(JsonMember member, string before)
    {
        switch (member.Value.Kind)
        {
            case JsonValueKind.String:
                return member.Value.Text;
            case JsonValueKind.Null:
                return before;
            default:
                Fault(member.Value.Offset, $"\"{member.Name}\" is {member.Value.Describe()}, not a text", "put it in double quotes");
                return before;
        }
    }

    public bool? FlagOf(JsonMember member, bool? before)
    {
        switch (member.Value.Kind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return member.Value.Kind == JsonValueKind.True;
            case JsonValueKind.Null:
                return before;
            default:
                Fault(member.Value.Offset, $"\"{member.Name}\" is {member.Value.Describe()}", "write true or false without quotes");
                return before;
        }
    }

    public int WholeNumberOf(JsonMember member, int before)
    {
        if (member.Value.Kind == JsonValueKind.Null)
        {
            return before;
        }
        if (member.Value.Kind != JsonValueKind.Number || !int.TryParse(member.Value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            Fault(member.Value.Offset, $"\"{member.Name}\" is {(member.Value.Kind == JsonValueKind.Number ? member.Value.Text : member.Value.Describe())}, not a whole number",
                $"write a number from {int.MinValue} to {int.MaxValue} without quotes");
            return before;
        }
        return number;
    }

    public IReadOnlyList<string> TextsOf(JsonMember member, IReadOnlyList<string> before)
    {
        if (member.Value.Kind == JsonValueKind.Null)
        {
            return [];
        }
        if (member.Value.Kind != JsonValueKind.Array)
        {
            Fault(member.Value.Offset, $"\"{member.Name}\" is {member.Value.Describe()}, not a list of texts", "write [\"...\"]");
            return before;
        }
        var texts = new List<string>(member.Value.Items.Length);
        foreach (var item in member.Value.Items)
        {
            texts.Add(TextOf(new JsonMember(member.Name, item.Offset, item), ""));
        }
        return texts;
    }

    /// <summary>Compact JSON of the members, the last of equal names.</summary>
    public static string Compact(IReadOnlyList<JsonMember> members)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            new JsonPart(JsonValueKind.Object, 0, "", [.. members], []).WriteTo(writer);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
