using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Sugar;

namespace Matchbox.Butane.Advice;

/// <summary>What may have been meant by a key that nothing knows.</summary>
internal static class KeyAdvice
{
    // Sections of Container Linux Config, which is another language.
    private static readonly string[] ContainerLinux = ["etcd", "flannel", "locksmith", "update", "docker", "networkd"];

    /// <summary>The struct whose keys stand at a path; null: none that we know.</summary>
    public static StructType? TypeAt(DocumentPath path, Dialect dialect)
    {
        var type = Config.Type;
        foreach (var step in path.FromRoot())
        {
            if (step.Key is not { } key)
            {
                continue;
            }
            var field = type.ByYaml(key, dialect.LevelOf(type))
                ?? (type == Config.Type && dialect.Variant == Variant.FedoraCoreOs ? FedoraConfig.Type.ByYaml(key, dialect.Minor) : null);
            if (field?.Type is not { } inner)
            {
                return null;
            }
            type = inner;
        }
        return type;
    }

    public static string? Of(string key, StructType? type, Dialect dialect, bool isRoot)
    {
        if (type is null)
        {
            return null;
        }
        if (key == "<<")
        {
            return "the merge key works; only the check of keys does not know it";
        }
        // Known, but to a later version or to another system.
        if (type.Fields.FirstOrDefault(field => field.Yaml == key && !field.IsJsonOnly && field.Since > dialect.LevelOf(type)) is { } later)
        {
            var version = Dialect.All.FirstOrDefault(other => other.Variant == dialect.Variant && other.LevelOf(type) >= later.Since);
            return version is null ? $"{dialect.Name} does not know {key} yet" : $"{key} is known from version {version.Version} of {dialect.Name} on";
        }
        if (isRoot && FedoraConfig.Type.Fields.FirstOrDefault(field => field.Yaml == key) is { } fedora)
        {
            return dialect.Variant == Variant.FedoraCoreOs
                ? $"{key} is known from version 1.{fedora.Since}.0 of fcos on"
                : $"{key} is Fedora CoreOS's; {dialect.Name} has nothing like it";
        }
        if (isRoot && Array.IndexOf(ContainerLinux, key) >= 0)
        {
            return $"{key} is a section of Container Linux Config, which is another language: use matchbox ct, or write units and files";
        }
        var known = type.Fields.Where(field => !field.IsJsonOnly && field.IsKnownTo(dialect.LevelOf(type))).Select(field => field.Yaml).ToArray();
        return NearNames.Of(key, known) is { } near ? $"did you mean {near}?"
            : known.Length <= 12 ? $"keys that are known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}"
            : null;
    }
}
