using Matchbox.Butane.Go;

namespace Matchbox.Butane.Ignition;

/// <summary>Versions of Ignition's spec 3. The library names them by their minor number.</summary>
public static class IgnitionVersion
{
    /// <summary>The newest one, still experimental: 3.7.0-experimental.</summary>
    public const int Newest = 7;

    /// <summary>As it stands in a config.</summary>
    public static SemanticVersion Of(int version) => new(3, version, 0, version == Newest ? "experimental" : "", "");

    /// <summary>The minor number of a version that a config names.</summary>
    public static bool TryParse(string text, out int version)
    {
        version = -1;
        if (!SemanticVersion.TryParse(text, out var parsed) || parsed.Minor is < 0 or > Newest || parsed != Of((int)parsed.Minor))
        {
            return false;
        }
        version = (int)parsed.Minor;
        return true;
    }

    /// <summary>The minor number of a version of spec 2, 2.0.0 to 2.4.0.</summary>
    public static bool TryParseOld(string text, out int version)
    {
        var isKnown = SemanticVersion.TryParse(text, out var parsed)
            && parsed.Minor is >= 0 and <= 4
            && parsed == new SemanticVersion(2, parsed.Minor, 0, "", "");
        version = isKnown ? (int)parsed.Minor : -1;
        return isKnown;
    }
}
