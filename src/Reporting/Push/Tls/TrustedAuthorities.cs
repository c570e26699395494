using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MinerFlow.Reporting.Push.Tls;

/// <summary>The file with which an operator says whom to trust instead of the system's authorities.</summary>
public static class TrustedAuthorities
{
    /// <param name="path">One certificate or more, PEM.</param>
    /// <param name="problem">What is wrong with the file; empty when nothing is.</param>
    /// <returns>At least one; null with a problem. A file that holds none must not stand for those of the system.</returns>
    public static X509Certificate2Collection? Read(string path, out string problem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
            problem = authorities.Count > 0 ? "" : "it holds no certificate in PEM";
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            problem = error.Message;
        }

        return problem.Length == 0 ? authorities : null;
    }
}
