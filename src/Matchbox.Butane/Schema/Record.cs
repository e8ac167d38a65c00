using Matchbox.Butane.Reports;

namespace Matchbox.Butane.Schema;

/// <summary>
/// One struct of a config with its values, a whole config for instance. Outside this library it is only handed on. Several threads
/// may read it; a merge marks in it where its parts came from, and wants it for itself.
/// </summary>
public sealed class Record
{
    private readonly object?[] _values;

    // Where parts came from, so that a finding in what was generated is told at the line that caused it.
    private Dictionary<(Field Field, int Item), DocumentPath>? _origins;

    internal Record(StructType type)
    {
        Type = type;
        _values = new object?[type.Fields.Length];
    }

    internal StructType Type { get; }

    /// <summary>
    /// Where the whole record came from in the source, when that is not the place where it stands now; null otherwise.
    /// </summary>
    internal DocumentPath? Origin { get; set; }

    /// <summary>Everything in it came from <see cref="Origin"/> itself, not from parts of it.</summary>
    internal bool IsGenerated { get; set; }

    /// <summary>It was put together from a parent's and a child's: as a whole it came from neither.</summary>
    internal bool IsBlended { get; set; }

    /// <summary>A text; null when an optional one is missing, "" for another.</summary>
    internal string? Text(Field field) => (string?)_values[field.Index] ?? (field.IsOptional ? null : "");

    /// <summary>A number; null when it is missing.</summary>
    internal long? Number(Field field) => (long?)_values[field.Index];

    /// <summary>A flag; null when it is missing.</summary>
    internal bool? Flag(Field field) => (bool?)_values[field.Index];

    internal bool IsTrue(Field field) => Flag(field) == true;

    /// <summary>A struct; null when it is missing or nothing was ever put into it.</summary>
    internal Record? Struct(Field field) => (Record?)_values[field.Index];

    /// <summary>Texts; empty when they are missing.</summary>
    internal IReadOnlyList<string> Texts(Field field) => (List<string>?)_values[field.Index] ?? (IReadOnlyList<string>)[];

    /// <summary>Structs; empty when they are missing.</summary>
    internal IReadOnlyList<Record> List(Field field) => (List<Record>?)_values[field.Index] ?? (IReadOnlyList<Record>)[];

    /// <summary>Whether a value was given, an empty one included.</summary>
    internal bool Has(Field field) => _values[field.Index] is not null;

    /// <summary>The value as it is kept: text, number, flag, record or list.</summary>
    internal object? this[Field field]
    {
        get => _values[field.Index];
        set => _values[field.Index] = value;
    }

    internal Record Set(Field field, string? value)
    {
        _values[field.Index] = value;
        return this;
    }

    internal Record Set(Field field, long? value)
    {
        _values[field.Index] = value;
        return this;
    }

    internal Record Set(Field field, bool? value)
    {
        _values[field.Index] = value switch { true => Boxes.True, false => Boxes.False, null => null };
        return this;
    }

    internal Record Set(Field field, Record? value)
    {
        _values[field.Index] = value;
        return this;
    }

    internal Record Set(Field field, IEnumerable<string> values)
    {
        _values[field.Index] = values.ToList();
        return this;
    }

    /// <summary>The struct in a field, made when it is missing.</summary>
    internal Record Open(Field field) => (Record)(_values[field.Index] ??= new Record(field.Type!));

    /// <summary>Adds a struct to a list and says at which place.</summary>
    internal int Add(Field field, Record item)
    {
        var list = (List<Record>)(_values[field.Index] ??= new List<Record>());
        list.Add(item);
        return list.Count - 1;
    }

    /// <summary>Adds a text to a list and says at which place.</summary>
    internal int Add(Field field, string item)
    {
        var list = (List<string>)(_values[field.Index] ??= new List<string>());
        list.Add(item);
        return list.Count - 1;
    }

    /// <summary>Where a field's value came from, if not from the field of the same name.</summary>
    internal DocumentPath? OriginOf(Field field, int item = -1) => _origins?.GetValueOrDefault((field, item));

    internal Record SetOrigin(Field field, DocumentPath origin, int item = -1)
    {
        (_origins ??= [])[(field, item)] = origin;
        return this;
    }

    /// <summary>Nothing in it would be told from nothing: all values missing, or plain ones empty (a struct without content).</summary>
    internal bool IsZero(int version)
    {
        foreach (var field in Type.Fields)
        {
            if (!field.IsSugar && field.IsKnownTo(version) && !IsZero(field, version))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The same for one field.</summary>
    internal bool IsZero(Field field, int version) => _values[field.Index] switch
    {
        null => true,
        string text => !IsKept(field, version) && text.Length == 0,
        long number => !IsKept(field, version) && number == 0,
        bool flag => !IsKept(field, version) && !flag,
        Record record => !IsKept(field, version) && record.IsZero(version),
        List<string> texts => texts.Count == 0,
        List<Record> records => records.Count == 0,
        _ => false,
    };

    private static bool IsKept(Field field, int version) => field.IsOptional && version <= field.OptionalUntil;

    private static class Boxes
    {
        public static readonly object True = true;
        public static readonly object False = false;
    }
}
