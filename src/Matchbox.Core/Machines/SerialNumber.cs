namespace Matchbox.Core.Machines;

/// <summary>Which serial numbers name a machine.</summary>
public static class SerialNumber
{
    private static readonly HashSet<string> VendorDefaults = new(StringComparer.OrdinalIgnoreCase)
    {
        "To be filled by O.E.M.", "To Be Filled By O.E.M", "Default string", "System Serial Number", "Not Specified",
        "Not Applicable", "None", "N/A", "NA", "Unknown", "INVALID", "OEM", "Serial", "123456789", "0123456789", "1234567890",
        "System Product Name", "Chassis Serial Number", "empty",
    };

    /// <summary>False for blank, one repeated character and what vendors leave in.</summary>
    public static bool IsIdentity(string? serial)
    {
        var text = serial?.Trim();
        return !string.IsNullOrEmpty(text) && text.AsSpan().ContainsAnyExcept(text[0]) && !VendorDefaults.Contains(text);
    }
}
