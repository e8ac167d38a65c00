using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>Most of a Container Linux Config is Ignition under other names.</summary>
internal static class RecordCopy
{
    /// <summary>Copies fields that have the same name in both structs.</summary>
    public static Record CopyTo(this Record from, StructType type, params ReadOnlySpan<Field> fields)
    {
        var to = new Record(type);
        foreach (var field in fields)
        {
            to[type.ByYaml(field.Yaml, ConversionState.Version)!] = from[field];
        }
        return to;
    }
}
