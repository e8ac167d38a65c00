using Matchbox.Butane.Schema;
using Spec = Matchbox.Butane.Ignition.IgnitionVersion;

namespace Matchbox.Butane;

/// <summary>The system that a config is for.</summary>
public enum Variant
{
    Flatcar,
    FedoraCoreOs,
    FedoraIot,
    RhelForEdge,
}

/// <summary>One variant in one version: which Ignition it becomes, and which rules it adds.</summary>
/// <param name="Variant">The system.</param>
/// <param name="Name">As it is written in <c>variant:</c>.</param>
/// <param name="Version">As it is written in <c>version:</c>, in its canonical form.</param>
/// <param name="Minor">The variant's own minor version.</param>
/// <param name="Ignition">The minor version of the Ignition spec 3 that it becomes.</param>
public sealed record Dialect(Variant Variant, string Name, string Version, int Minor, int Ignition)
{
    private const string Experimental = "-experimental";

    /// <summary>All that are known, in the order of their versions. A new version is one line here, and <c>From</c> in the schema.</summary>
    public static IReadOnlyList<Dialect> All { get; } =
    [
        new(Variant.Flatcar, "flatcar", "1.0.0", 0, 3),
        new(Variant.Flatcar, "flatcar", "1.1.0", 1, 4),
        new(Variant.Flatcar, "flatcar", "1.2.0" + Experimental, 2, 7),
        new(Variant.FedoraCoreOs, "fcos", "1.0.0", 0, 0),
        new(Variant.FedoraCoreOs, "fcos", "1.1.0", 1, 1),
        new(Variant.FedoraCoreOs, "fcos", "1.2.0", 2, 2),
        new(Variant.FedoraCoreOs, "fcos", "1.3.0", 3, 2),
        new(Variant.FedoraCoreOs, "fcos", "1.4.0", 4, 3),
        new(Variant.FedoraCoreOs, "fcos", "1.5.0", 5, 4),
        new(Variant.FedoraCoreOs, "fcos", "1.6.0", 6, 5),
        new(Variant.FedoraCoreOs, "fcos", "1.7.0", 7, 6),
        new(Variant.FedoraCoreOs, "fcos", "1.8.0" + Experimental, 8, 7),
        new(Variant.FedoraIot, "fiot", "1.0.0", 0, 4),
        new(Variant.FedoraIot, "fiot", "1.1.0" + Experimental, 1, 7),
        new(Variant.RhelForEdge, "r4e", "1.0.0", 0, 3),
        new(Variant.RhelForEdge, "r4e", "1.1.0", 1, 4),
        new(Variant.RhelForEdge, "r4e", "1.2.0" + Experimental, 2, 7),
    ];

    /// <summary>It may still change, and no stable Ignition reads what it becomes.</summary>
    public bool IsExperimental => Version.EndsWith(Experimental, StringComparison.Ordinal);

    /// <summary>The version of the Ignition config that it becomes.</summary>
    public string IgnitionVersion => Spec.Of(Ignition).ToString();

    /// <summary>The version that counts for a struct: Ignition's, or the variant's own for its own sugar.</summary>
    internal int LevelOf(StructType type) => type.IsVariantOwn ? Minor : Ignition;

    /// <summary>The real tool's name of a struct's type, for its error texts: <c>v0_5.File</c>.</summary>
    internal string GoName(string type, bool isVariantOwn) =>
        isVariantOwn ? $"v1_{Minor}{(IsExperimental ? "_exp" : "")}.{type}" : $"v0_{Ignition + 1}{(Ignition == Spec.Newest ? "_exp" : "")}.{type}";
}
