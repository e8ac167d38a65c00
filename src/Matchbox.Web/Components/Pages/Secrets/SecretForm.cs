namespace Matchbox.Web.Components.Pages.Secrets;

/// <summary>What is said of a secret. Its value goes in and is never shown again.</summary>
public sealed class SecretForm
{
    public bool IsNew { get; init; }

    public string Name { get; set; } = "";

    public string Value { get; set; } = "";

    public string Profiles { get; set; } = "";

    public string Groups { get; set; } = "";

    public static IReadOnlyList<string> ListOf(string text) => text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
}
