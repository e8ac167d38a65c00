using MudBlazor;

namespace Matchbox.Web.Components.Layout;

/// <summary>Our colours, light and dark; each text on its ground has a contrast of 4.5 to 1 at least (WCAG 2.2, 1.4.3).</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Fonts = ["system-ui", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#a8340a",
            Secondary = "#3d4650",
            Background = "#f4f5f7",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1b1f24",
            DrawerBackground = "#ffffff",
            DrawerText = "#1b1f24",
            TextPrimary = "#1b1f24",
            TextSecondary = "#4a525c",
            Success = "#1c6b2c",
            Warning = "#8a5200",
            Error = "#b3201a",
            Info = "#0b5a9c",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#ff9166",
            PrimaryContrastText = "#1b1f24",
            Secondary = "#b9c1ca",
            Background = "#15171b",
            Surface = "#1e2126",
            AppbarBackground = "#1e2126",
            AppbarText = "#e6e8eb",
            DrawerBackground = "#1e2126",
            DrawerText = "#e6e8eb",
            TextPrimary = "#e6e8eb",
            TextSecondary = "#b0b7c0",
            LinesDefault = "#353a42",
            Success = "#6fd184",
            SuccessContrastText = "#1b1f24",
            Warning = "#ffc266",
            WarningContrastText = "#1b1f24",
            Error = "#ff8f87",
            ErrorContrastText = "#1b1f24",
            Info = "#7dbdf5",
            InfoContrastText = "#1b1f24",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = ".9375rem" },
            Button = new ButtonTypography { TextTransform = "none", FontFamily = Fonts },
        },
        LayoutProperties = new LayoutProperties { DrawerWidthLeft = "210px" },
    };
}
