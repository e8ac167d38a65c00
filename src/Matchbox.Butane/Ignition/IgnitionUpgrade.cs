using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>Ignition's own way from an older spec to a newer one.</summary>
public static class IgnitionUpgrade
{
    /// <summary>
    /// The same config in a newer version: it does there what it did. The references of spec 3.0 become resources; setuid, setgid and
    /// sticky bits, without effect before 3.6, are taken away. The given config is not changed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is older than <paramref name="from"/>.</exception>
    public static Record To(Record config, int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        return new IgnitionConversion(from, to).Convert(config);
    }
}
