using System.Text;

namespace Matchbox.Butane.Schema;

/// <summary>What a field holds.</summary>
internal enum FieldKind
{
    Text,
    Number,
    Flag,
    Struct,
    TextList,
    StructList,
}

/// <summary>
/// One field of a config: its name in YAML and in JSON, what it holds, and the versions that know it. A version is a number that
/// grows: Ignition's minor version for all that Ignition itself defines, the variant's own minor version for its sugar.
/// </summary>
internal sealed class Field
{
    private Field(string yaml, FieldKind kind)
    {
        Yaml = yaml;
        Json = Camel(yaml);
        Kind = kind;
    }

    /// <summary>The key in Butane's YAML, in snake_case.</summary>
    public string Yaml { get; }

    /// <summary>The key in Ignition's JSON, in camelCase.</summary>
    public string Json { get; private init; }

    public FieldKind Kind { get; }

    /// <summary>
    /// A given value is kept even when it is empty, 0 or false, and a missing one is told from it. Otherwise the two are the same.
    /// </summary>
    public bool IsOptional { get; private init; }

    /// <summary>Of a struct or a list of structs.</summary>
    public StructType? Type { get; private init; }

    /// <summary>The real tools' name of an element of a list of texts, for their error texts: <c>string</c> or a type of the schema.</summary>
    public string ElementName { get; private init; } = "string";

    /// <summary>The first version that has it.</summary>
    public int Since { get; private init; }

    /// <summary>The last version that has it.</summary>
    public int Until { get; private init; } = int.MaxValue;

    /// <summary>Up to this version it is written to JSON even when it is empty; -1: never.</summary>
    public int WrittenUntil { get; private init; } = -1;

    /// <summary>Up to this version a missing value is told from an empty one; from then on given or not makes no difference.</summary>
    public int OptionalUntil { get; private init; } = int.MaxValue;

    /// <summary>Butane's own: it is translated to other fields and does not come into the JSON.</summary>
    public bool IsSugar { get; private init; }

    /// <summary>Ignition's own: Butane's YAML does not know it.</summary>
    public bool IsJsonOnly { get; private init; }

    /// <summary>Items of a parent and a child config are put one after the other when the two are merged; equal items are no fault.</summary>
    public bool IsConcatenated { get; private init; }

    /// <summary>Lists of one struct with the same name here share one space of keys; empty: the list has one of its own.</summary>
    public string KeySpace { get; private init; } = "";

    /// <summary>The place in a record's values; given by the type that the field belongs to.</summary>
    internal int Index { get; set; } = -1;

    public static Field Text(string yaml) => new(yaml, FieldKind.Text);

    public static Field OptionalText(string yaml) => new(yaml, FieldKind.Text) { IsOptional = true };

    public static Field Number(string yaml) => new(yaml, FieldKind.Number);

    public static Field OptionalNumber(string yaml) => new(yaml, FieldKind.Number) { IsOptional = true };

    public static Field Flag(string yaml) => new(yaml, FieldKind.Flag);

    public static Field OptionalFlag(string yaml) => new(yaml, FieldKind.Flag) { IsOptional = true };

    public static Field Struct(string yaml, StructType type) => new(yaml, FieldKind.Struct) { Type = type };

    public static Field List(string yaml, StructType type) => new(yaml, FieldKind.StructList) { Type = type };

    public static Field Texts(string yaml, string element = "string") => new(yaml, FieldKind.TextList) { ElementName = element };

    /// <summary>Known from <paramref name="version"/> on.</summary>
    public Field From(int version) => new(this) { Since = version };

    /// <summary>Known up to <paramref name="version"/>.</summary>
    public Field UpTo(int version) => new(this) { Until = version };

    /// <summary>With a JSON key that is not the camelCase of the YAML key.</summary>
    public Field Named(string json) => new(this) { Json = json };

    /// <summary>Written to JSON even when it is empty, up to <paramref name="version"/>.</summary>
    public Field Written(int version = int.MaxValue) => new(this) { WrittenUntil = version };

    /// <summary>Told from a missing one up to <paramref name="version"/>.</summary>
    public Field OptionalUpTo(int version) => new(this) { IsOptional = true, OptionalUntil = version };

    public Field Sugar() => new(this) { IsSugar = true };

    public Field JsonOnly() => new(this) { IsJsonOnly = true };

    public Field Concatenated() => new(this) { IsConcatenated = true };

    public Field SharingKeys(string space) => new(this) { KeySpace = space };

    public bool IsKnownTo(int version) => version >= Since && version <= Until;

    public override string ToString() => Yaml;

    private Field(Field other)
        : this(other.Yaml, other.Kind)
    {
        Json = other.Json;
        IsOptional = other.IsOptional;
        Type = other.Type;
        ElementName = other.ElementName;
        Since = other.Since;
        Until = other.Until;
        WrittenUntil = other.WrittenUntil;
        OptionalUntil = other.OptionalUntil;
        IsSugar = other.IsSugar;
        IsJsonOnly = other.IsJsonOnly;
        IsConcatenated = other.IsConcatenated;
        KeySpace = other.KeySpace;
    }

    private static string Camel(string snake)
    {
        var camel = new StringBuilder(snake.Length);
        for (var i = 0; i < snake.Length; i++)
        {
            camel.Append(snake[i] == '_' && ++i < snake.Length ? char.ToUpperInvariant(snake[i]) : snake[i]);
        }
        return camel.ToString();
    }
}
