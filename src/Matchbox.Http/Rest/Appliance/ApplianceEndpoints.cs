using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Matchbox.Http.Rest;

/// <summary>The appliance's settings, and what it is. Read only: files are the truth.</summary>
internal static class ApplianceEndpoints
{
    private const string Tag = "Appliance";

    public static void Map(RestRoutes rest)
    {
        rest.ViewerOfAll.MapGet("/settings", ([FromServices] IApplianceReport report) => TypedResults.Ok(report.Settings()))
            .Describe("getSettings", Tag, "Show the settings in use",
                "Each with the file and line, variable or flag that says so; without a source it is the default. They are changed there, and read again at once.")
            .Shows("""{ "file": "/etc/matchbox/appliance.yaml", "settings": [ { "key": "boot.listen", "value": "0.0.0.0:8080" }, { "key": "dhcp.subnets[0].mode", "value": "authoritative", "source": "/etc/matchbox/appliance.yaml", "line": 6, "column": 13 } ], "refused": [], "waitForRestart": [] }""");
        rest.ViewerOfAll.MapGet("/about", ([FromServices] IApplianceReport report) => TypedResults.Ok(report.About()))
            .Describe("getAbout", Tag, "Say what runs here, and where", "Versions, listeners, the certificate's fingerprint, boot loaders with their checksums, paths.");
    }
}
