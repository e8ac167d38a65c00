using System.Collections.Immutable;

namespace Matchbox.Butane.Schema;

/// <summary>A struct of a config, with its fields of all versions, in the order in which the real tools walk and write them.</summary>
internal sealed class StructType
{
    /// <param name="name">The real tools' name of the type, for their error texts.</param>
    /// <param name="fields">All fields of all versions. Each belongs to this type alone.</param>
    public StructType(string name, params Field[] fields)
    {
        Name = name;
        Fields = [.. fields];
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Index >= 0)
            {
                throw new ArgumentException($"field {fields[i]} belongs to another type already", nameof(fields));
            }
            fields[i].Index = i;
        }
    }

    public string Name { get; }

    public ImmutableArray<Field> Fields { get; }

    /// <summary>Belongs to a variant's sugar: its versions are the variant's, not Ignition's.</summary>
    public bool IsVariantOwn { get; init; }

    /// <summary>What tells two items of a list apart when configs are merged and duplicates are looked for.</summary>
    public Func<Record, string>? Key { get; init; }

    /// <summary>The field that <paramref name="version"/> knows by this YAML key.</summary>
    public Field? ByYaml(string key, int version)
    {
        foreach (var field in Fields)
        {
            if (!field.IsJsonOnly && field.IsKnownTo(version) && field.Yaml == key)
            {
                return field;
            }
        }
        return null;
    }

    /// <summary>The field that <paramref name="version"/> knows by this JSON key. Sugar has none.</summary>
    public Field? ByJson(string key, int version)
    {
        foreach (var field in Fields)
        {
            if (!field.IsSugar && field.IsKnownTo(version) && field.Json == key)
            {
                return field;
            }
        }
        return null;
    }

    public override string ToString() => Name;
}
