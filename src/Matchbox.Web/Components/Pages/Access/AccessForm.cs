namespace Matchbox.Web.Components.Pages.Access;

/// <summary>What is asked about a user or a token, and what was said.</summary>
public sealed class AccessForm
{
    public bool AsksName { get; init; }

    public bool AsksPresent { get; init; }

    public bool AsksPassword { get; init; }

    public bool AsksRights { get; init; }

    public bool AsksLifetime { get; init; }

    public string PasswordHelp { get; init; } = "At least twelve characters.";

    public string Name { get; set; } = "";

    /// <summary>The password so far.</summary>
    public string Present { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>Such as <c>viewer operator:rack=b7</c>.</summary>
    public string Rights { get; set; } = "";

    public string Lifetime { get; set; } = "";

    public IReadOnlyList<string> RightList => Rights.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
}
