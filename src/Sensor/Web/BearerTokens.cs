using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MinerFlow.Sensor.Web;

/// <summary>Lets through who shows one of the tokens (RFC 6750 section 2.1). Health checks need none: they say nothing but yes or no.</summary>
internal sealed class BearerTokens(RequestDelegate next, IReadOnlyList<string> tokens)
{
    private const string Scheme = "Bearer ";

    // Digests are of one length, so comparing them tells nothing of the token's.
    private readonly byte[][] _digests = [.. tokens.Select(token => SHA256.HashData(Encoding.UTF8.GetBytes(token)))];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.Value is "/healthz" or "/readyz" || IsAllowed(context.Request.Headers.Authorization.ToString()))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"minerflow\"";
        return Task.CompletedTask;
    }

    private bool IsAllowed(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        var isKnown = false;
        foreach (var known in _digests)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(digest, known);
        }

        return isKnown;
    }
}
