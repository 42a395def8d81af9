"""The fits of a pair beside its text: the firm's business, and the firm's own patents."""

from qixi.match.fits.business import BusinessFit
from qixi.match.fits.fit import Fit, FitScores, IpcGuesser
from qixi.match.fits.portfolio import PortfolioFit

__all__ = ["BusinessFit", "Fit", "FitScores", "IpcGuesser", "PortfolioFit"]
