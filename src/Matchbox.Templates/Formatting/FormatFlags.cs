namespace Matchbox.Templates.Formatting;

/// <summary>What stands between the % of a directive and its verb.</summary>
internal struct FormatFlags
{
    public bool Minus;
    public bool Plus;
    public bool Sharp;
    public bool Space;
    public bool Zero;

    /// <summary>%+v, which is no sign.</summary>
    public bool PlusV;

    /// <summary>%#v: Go syntax.</summary>
    public bool SharpV;

    /// <summary>-1 without.</summary>
    public int Width;

    /// <summary>-1 without.</summary>
    public int Precision;

    public static FormatFlags None => new() { Width = -1, Precision = -1 };
}
